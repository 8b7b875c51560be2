import DiscernSystem

/// The system's own message for an error number.
package func systemError(_ code: CInt) -> String { String(cString: strerror(code)) }
