#if Server
  import NIOCore

  /// The time limit for the current step of a connection. Changing it is cheap: the loop gets a new timer
  /// only if the limit is earlier than the pending one.
  struct ConnectionTimer {
    /// Nil: no limit.
    private var end: NIODeadline?
    private var asked: NIODeadline?

    /// - Returns: when the loop must call; nil if no new timer is needed.
    mutating func set(_ time: Duration?) -> NIODeadline? {
      end = time.map { .now() + TimeAmount($0) }
      return ask()
    }

    private mutating func ask() -> NIODeadline? {
      guard let end, asked.map({ end < $0 }) ?? true else { return nil }
      asked = end
      return end
    }

    /// To be called when the loop's timer fires.
    ///
    /// - Returns: whether the time is over, and when the loop must call again.
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
