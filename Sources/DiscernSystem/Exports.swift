// The parts of the system that the libraries need, in one import: the C library, Dispatch and Foundation's
// essentials. All of Foundation would add 44 MB of Unicode data, which ICU already has, to every program.
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
