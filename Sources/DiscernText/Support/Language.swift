import CICU
import DiscernIO

/// The languages that ICU lists, for suggestions.
enum Language {
  /// Up to three languages that may be meant by `name`, a code or an English name, each as `tr (Turkish)`.
  static func nearest(to name: String) -> [String] {
    let wanted = String(name.prefix { $0 != "-" && $0 != "_" && $0 != "@" })
    let all = codes.map { (code: $0, name: englishName(of: $0)) }
    // A word of more than three letters is not a code.
    var candidates = wanted.count > 3 ? all.map(\.name) : all.map(\.code)
    var found: [String] = []
    while found.count < 3, let name = NearestName.nearest(to: wanted, among: candidates) {
      candidates.removeAll { $0 == name }
      if let language = all.first(where: { $0.code == name || $0.name == name }) {
        found.append("\(language.code) (\(language.name))")
      }
    }
    return found
  }

  private static let codes: [String] = {
    var codes: [String] = []
    while let code = discern_icu_language(Int32(codes.count)) { codes.append(String(cString: code)) }
    return codes
  }()

  private static func englishName(of code: String) -> String {
    var name = [UInt16](repeating: 0, count: 100)
    var status: Int32 = 0
    let length = discern_icu_languageName(code, &name, Int32(name.count), &status)
    return status > 0 ? code : String(decoding: name.prefix(Int(length)), as: UTF16.self)
  }
}
