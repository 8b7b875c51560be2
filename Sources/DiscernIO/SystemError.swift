import DiscernSystem

/// The system's own words for an error number.
package func systemError(_ code: CInt) -> String { String(cString: strerror(code)) }
