extension TrainCommand {
  /// The same command without logs, for a process whose output another one writes.
  var writingNothing: TrainCommand {
    var command = self
    (command.more.jsonLog, command.more.csvLog, command.more.tensorboard) = (nil, nil, nil)
    return command
  }
}
