#if Server
  import DiscernSystem
  import Synchronization

  /// The time in HTTP's format, updated once per second.
  enum HTTPDate {
    private static let last = Mutex<(second: time_t, text: String)>((0, ""))
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func now() -> String {
      let second = time(nil)
      return last.withLock { last in
        if last.second != second { last = (second, text(of: second)) }
        return last.text
      }
    }

    static func text(of second: time_t) -> String {
      var second = second
      var parts = tm()
      gmtime_r(&second, &parts)
      let clock = String(
        format: "%02d %@ %04d %02d:%02d:%02d GMT", Int(parts.tm_mday), months[Int(parts.tm_mon) % 12],
        Int(parts.tm_year) + 1900, Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec))
      return days[Int(parts.tm_wday) % 7] + ", " + clock
    }
  }
#endif
