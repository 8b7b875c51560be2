import DiscernText

/// A change that an encoder first makes to every text, such as noise to test a model's robustness.
package protocol TextTransform: Sendable {
  /// A session for one thread.
  func makeSession() throws(TextError) -> any TextTransformSession
}

/// Changes texts one after another. For one thread at a time.
package protocol TextTransformSession: AnyObject {
  /// Replaces the content of `result` by the changed text, in UTF-8.
  func apply(_ utf8: UnsafeBufferPointer<UInt8>, into result: inout [UInt8]) throws(TextError)
}
