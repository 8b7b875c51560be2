import DiscernModels

extension ClassifierConfiguration {
  /// The choices of the recurrent network that it has.
  var network: RecurrentConfiguration {
    get { encoder.recurrent ?? RecurrentConfiguration() }
    set { encoder = .recurrent(newValue) }
  }
}
