#if canImport(FoundationEssentials)
  /// A value for `String(format:)`.
  package protocol FormatArgument {
    /// The argument as shown by a directive such as `%.4f`; `%@` shows any argument's description.
    func formatted(by directive: String) -> String
  }

  extension String {
    /// Foundation's formatting for the directives `%d`, `%e`, `%f`, `%g` and `%@`, with a point in every
    /// locale: FoundationEssentials lacks it, and the rest of Foundation would add 44 MB of Unicode data.
    ///
    /// A directive without an argument is left unchanged.
    package init(format: String, _ arguments: any FormatArgument...) {
      self = ""
      var rest = format[...]
      var remaining = arguments[...]
      while let start = rest.firstIndex(of: "%") {
        self += rest[..<start]
        let behind = rest.index(after: start)
        // Flags, width and precision end at the letter that names the kind.
        guard let end = rest[behind...].firstIndex(where: { $0.isLetter || "%@".contains($0) }) else {
          self += rest[start...]
          return
        }
        let directive = String(rest[start...end])
        if directive == "%%" {
          self += "%"
        } else {
          self += remaining.popFirst()?.formatted(by: directive) ?? directive
        }
        rest = rest[rest.index(after: end)...]
      }
      self += rest
    }
  }

  extension String: FormatArgument {
    package func formatted(by directive: String) -> String { self }
  }

  extension Int: FormatArgument {
    package func formatted(by directive: String) -> String {
      guard directive.hasSuffix("d") else { return description }
      // `%d` alone takes C's int, of 32 bits.
      return (directive.dropLast() + "lld").printed([Int64(self)])
    }
  }

  extension Double: FormatArgument {
    package func formatted(by directive: String) -> String {
      guard let kind = directive.last, "efg".contains(kind) else { return description }
      return directive.printed([self])
    }
  }

  extension Float: FormatArgument {
    package func formatted(by directive: String) -> String { Double(self).formatted(by: directive) }
  }

  extension String {
    /// The C library's output for this directive.
    fileprivate func printed(_ arguments: [any CVarArg]) -> String {
      let count = withVaList(arguments) { vsnprintf(nil, 0, self, $0) }
      guard count > 0 else { return "" }
      let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(count) + 1) { buffer in
        _ = withVaList(arguments) { vsnprintf(buffer.baseAddress, buffer.count, self, $0) }
        return String(decoding: buffer.prefix(Int(count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
      }
      // A host program may have chosen a locale; only its decimal separator is not a digit, sign, letter or
      // space.
      return String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "+- ".contains($0)) ? $0 : "." })
    }
  }
#endif
