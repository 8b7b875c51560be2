// The parts of the system that the libraries need, by one import: the C library, Dispatch and Foundation's
// essentials. All of Foundation would bring 44 MB of Unicode data into every program, which ICU has already.
@_exported import Dispatch

#if canImport(FoundationEssentials)
  @_exported import FoundationEssentials
#else
  @_exported import Foundation
#endif

#if canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Darwin)
  @_exported import Darwin
#endif
