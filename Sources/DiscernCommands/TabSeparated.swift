import DiscernCorpus
import DiscernModels

/// Tables with a tab between fields and a line for each row, whatever the fields contain.
enum TabSeparated {
  static func row(_ fields: [String]) -> String { fields.map(field).joined(separator: "\t") }

  /// Escapes tabs, line breaks and backslashes, and also characters such as U+2028, at which other programs
  /// break lines.
  private static func field(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The separator between the labels of a text.
  static func labelSeparator(_ task: ClassificationTask) -> String {
    switch task.decision {
    case .likeliest: ""
    case .thresholds: task.source.separator?.description ?? ","
    }
  }
}
