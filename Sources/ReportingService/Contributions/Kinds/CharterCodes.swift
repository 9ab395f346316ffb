import Charters
import Schema

/// Codes that a region's charter alone knows; one without a charter knows none.
extension Charter? {
    func violations(ofNetwork code: String, at name: String) -> [Violation] {
        Self.violations(of: code, among: (self?.networks ?? []).map(\.code), at: name)
    }

    func violations(ofBody code: String, at name: String) -> [Violation] {
        Self.violations(of: code, among: (self?.bodies ?? []).map(\.code), at: name)
    }

    private static func violations(of code: String, among codes: [String], at name: String) -> [Violation] {
        codes.contains(code) ? [] : [Violation(.unknownCode(codes), at: "/" + name)]
    }
}
