import DiscernText

/// A change that an encoder makes to every text first, such as damaging it to test a model's robustness.
package protocol TextTransform: Sendable {
  /// One for each thread.
  func makeSession() throws(TextError) -> any TextTransformSession
}

/// Changes one text after the other. For one thread at a time.
package protocol TextTransformSession: AnyObject {
  /// Replaces what `result` holds by the changed text, UTF-8.
  func apply(_ utf8: UnsafeBufferPointer<UInt8>, into result: inout [UInt8]) throws(TextError)
}
