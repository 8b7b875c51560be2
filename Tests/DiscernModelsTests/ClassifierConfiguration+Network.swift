import DiscernModels

extension ClassifierConfiguration {
  /// The options of its recurrent network.
  var network: RecurrentConfiguration {
    get { encoder.recurrent ?? RecurrentConfiguration() }
    set { encoder = .recurrent(newValue) }
  }
}
