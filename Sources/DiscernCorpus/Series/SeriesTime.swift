import DiscernIO

/// A point in time as written in a table: a number, a day, or a day with a time, without a zone or in UTC.
public struct SeriesTime: Sendable, Hashable {
  /// How it is written.
  public enum Form: String, Codable, Sendable {
    case number
    case day
    /// Hours and minutes after the day.
    case minute
    /// Hours, minutes and seconds after the day.
    case second
  }

  /// How the time is written.
  public let form: Form
  /// The number, or seconds since 1970-01-01.
  public let value: Double
  /// The character between day and time: `T` or a space.
  public let separator: String
  /// The time zone as written; empty: none.
  public let zone: String

  init(form: Form, value: Double, separator: String = " ", zone: String = "") {
    self.form = form
    self.value = value
    self.separator = separator
    self.zone = zone
  }

  /// Nil if the text is not a time.
  public init?(_ text: String) {
    if let number = Double(text), number.isFinite, Self.looksLikeNumber(text) {
      self.init(form: .number, value: number)
      return
    }
    guard let day = Self.day(text.prefix(10)) else { return nil }
    let rest = text.dropFirst(10)
    if rest.isEmpty {
      self.init(form: .day, value: day)
      return
    }
    guard let first = rest.first, first == " " || first == "T" else { return nil }
    let zone = rest.hasSuffix("Z") ? "Z" : ""
    let parts = rest.dropFirst().dropLast(zone.count).split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), let hours = Self.number(parts[0], 2, 0...23),
      let minutes = Self.number(parts[1], 2, 0...59)
    else { return nil }
    var seconds = 0
    if parts.count == 3 {
      guard let given = Self.number(parts[2], 2, 0...59) else { return nil }
      seconds = given
    }
    self.init(
      form: parts.count == 3 ? .second : .minute, value: day + Double(3600 * hours + 60 * minutes + seconds),
      separator: String(first), zone: zone)
  }

  /// Hexadecimal numbers, infinities and the like are not accepted in tables.
  private static func looksLikeNumber(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
  }

  private static func number(_ text: Substring, _ digits: Int, _ range: ClosedRange<Int>) -> Int? {
    guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let value = Int(text), range.contains(value)
    else { return nil }
    return value
  }

  /// Seconds since 1970-01-01 for a day such as 2024-12-31.
  private static func day(_ text: Substring) -> Double? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let year = number(parts[0], 4, 0...9999),
      let month = number(parts[1], 2, 1...12), let day = number(parts[2], 2, 1...31),
      day <= days(inMonth: month, year)
    else { return nil }
    return 86_400 * Double(dayNumber(year, month, day))
  }

  private static func days(inMonth month: Int, _ year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  /// Days since 1970-01-01 in the Gregorian calendar.
  static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Years begin in March, so that the leap day is a year's last.
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let ofEra = shifted - era * 400
    let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }

  /// Year, month and day for a number of days since 1970-01-01.
  static func date(_ number: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let ofEra = shifted - era * 146_097
    let years = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * years + years / 4 - years / 100)
    let place = (5 * ofYear + 2) / 153
    let month = place < 10 ? place + 3 : place - 9
    return (years + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * place + 2) / 5 + 1)
  }

  /// Months since the year 0, and seconds since the beginning of the month; nil for numbers.
  var monthNumber: (months: Int, rest: Double)? {
    if form == .number { return nil }
    let days = Int((value / 86_400).rounded(.down))
    let (year, month, day) = Self.date(days)
    return (12 * year + month - 1, Double(day - 1) * 86_400 + value - 86_400 * Double(days))
  }

  /// Whether it is on the last day of a month.
  var isMonthsEnd: Bool {
    if form == .number { return false }
    return Self.date(Int((value / 86_400).rounded(.down)) + 1).day == 1
  }

  /// Another time in the same form.
  func at(_ value: Double) -> SeriesTime {
    SeriesTime(form: form, value: value, separator: separator, zone: zone)
  }

  /// As written in the table.
  public var text: String {
    func padded(_ number: Int, _ digits: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
    if form == .number { return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)" }
    let days = Int((value / 86_400).rounded(.down))
    let seconds = Int(value - 86_400 * Double(days))
    let (year, month, day) = Self.date(days)
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    if form == .day { return date }
    let minutes = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2))"
    return date + separator + minutes + (form == .second ? ":\(padded(seconds % 60, 2))" : "") + zone
  }
}

extension SeriesTime {
  /// The time of a row, checked against that of the previous row.
  ///
  /// - Parameters:
  ///   - time: nil if it is not a time.
  ///   - field: as written.
  ///   - isFirst: whether a series begins, so that no time precedes this one.
  static func next(
    _ time: SeriesTime?, _ field: String, after last: SeriesTime?, isFirst: Bool, _ name: String,
    _ place: SeriesPlace
  ) throws(SeriesError) -> SeriesTime {
    guard let time, time.form == last?.form ?? time.form else {
      throw .badTime(place, column: name, value: field)
    }
    if let last, !isFirst, time.value <= last.value {
      throw .timeNotAscending(place, column: name, value: time.text, before: last.text)
    }
    return time
  }
}

/// The step from a row's time to that of the next row.
public struct SeriesStep: Sendable, Hashable {
  /// A difference of numbers, or seconds; 0 if months are counted.
  let value: Double
  /// Calendar months; 0 if they are not counted.
  let months: Int
  /// Whether times are on the last days of months.
  private let endsMonths: Bool

  /// The most frequent step (the median of fractional ones); nil if no row follows another one.
  ///
  /// - Parameter seriesStarts: rows that begin another series.
  package init?(_ times: [SeriesTime], seriesStarts: Set<Int> = []) {
    let followers = times.indices.filter { $0 > 0 && !seriesStarts.contains($0) }
    guard !followers.isEmpty else { return nil }
    let months = times.map(\.monthNumber)
    // Months differ in length: times on the same day of each month, or on the last, are months apart.
    endsMonths = times.allSatisfy(\.isMonthsEnd)
    if let first = months[0], endsMonths || months.allSatisfy({ $0?.rest == first.rest }) {
      let differences = followers.map { (months[$0]?.months ?? 0) - (months[$0 - 1]?.months ?? 0) }
      (self.months, value) = (Self.commonest(differences), 0)
    } else {
      // Differences of fractions are not equal to the last digit, so the median is used.
      let differences = followers.map { times[$0].value - times[$0 - 1].value }.sorted()
      let whole = differences.allSatisfy { $0 == $0.rounded() }
      (self.months, value) = (
        0, whole ? Self.commonest(differences) : differences[(differences.count - 1) / 2]
      )
    }
  }

  /// The smallest of the most frequent values.
  private static func commonest<Value: Hashable & Comparable>(_ values: [Value]) -> Value {
    var counts: [Value: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? values[0]
  }

  /// Whether a time is exactly one step after another.
  func leads(from before: SeriesTime, to after: SeriesTime) -> Bool {
    if months > 0 {
      return (after.monthNumber?.months ?? 0) - (before.monthNumber?.months ?? 0) == months
    }
    return isSame(after.value, before.value + value)
  }

  /// Whether two times are the same; sums of decimal fractions are not exact.
  func isSame(_ a: Double, _ b: Double) -> Bool {
    abs(a - b) <= max(1e-6 * abs(value), 8 * max(a.ulp, b.ulp))
  }

  /// The time a number of steps after another.
  public func time(_ count: Int, after time: SeriesTime) -> SeriesTime {
    guard months > 0, let (own, rest) = time.monthNumber else {
      return time.at(time.value + Double(count) * value)
    }
    let target = own + count * months
    let next = endsMonths ? target + 1 : target
    let days = SeriesTime.dayNumber(next / 12, next % 12 + 1, 1)
    if endsMonths {
      let ofDay = time.value - 86_400 * (time.value / 86_400).rounded(.down)
      return time.at(86_400 * Double(days - 1) + ofDay)
    }
    return time.at(86_400 * Double(days) + rest)
  }
}
