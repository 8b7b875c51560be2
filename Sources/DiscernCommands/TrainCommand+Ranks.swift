extension TrainCommand {
  /// The same without logs, for a process that another one writes for.
  var writingNothing: TrainCommand {
    var command = self
    (command.more.jsonLog, command.more.csvLog, command.more.tensorboard) = (nil, nil, nil)
    return command
  }
}
