#if Server
  import NIOCore

  /// The time that a connection has for the step that it is at. Moving it is cheap: the loop is asked again
  /// only where a limit is nearer than what it was asked for.
  struct ConnectionTimer {
    /// Nil: as long as it takes.
    private var end: NIODeadline?
    private var asked: NIODeadline?

    /// - Returns: when the loop has to call again; nil where it was asked already.
    mutating func set(_ time: Duration?) -> NIODeadline? {
      end = time.map { .now() + TimeAmount($0) }
      return ask()
    }

    private mutating func ask() -> NIODeadline? {
      guard let end, asked.map({ end < $0 }) ?? true else { return nil }
      asked = end
      return end
    }

    /// The loop has called.
    ///
    /// - Returns: whether the time is over, and when the loop has to call again.
    mutating func call() -> (isOver: Bool, next: NIODeadline?) {
      let now = NIODeadline.now()
      if let asked, asked <= now { self.asked = nil }
      guard let end else { return (false, nil) }
      if end <= now {
        self.end = nil
        return (true, nil)
      }
      return (false, ask())
    }
  }
#endif
