import Foundation
import Schema
import Support

@testable import DirectoryService

/// A candidate of a call: a record that meets what Normandie's charter asks, unless a test says otherwise.
struct CandidateSketch: Sendable {
    let id: UUID
    var name = "Espace conseil (essai)"
    var commune = "14118"
    var networks = ["reso-pro-normand"]
    var status = "membre"
    /// Of the dedicated service.
    var hours = "Mo,Tu,Th 09:00-12:00; We,Fr 14:00-17:00"
    var accessibility = ["acces-plain-pied"]
    var audiences = ["tout-public"]
    var qualified = 2
    var closures = "[]"
    var label: String?

    init(_ number: Int) { id = UUID(uuidString: "019B76DA-A800-7725-8E42-0000000001\(number)")! }

    var line: String {
        let text = { (values: [String]) in values.map { "\"\($0)\"" }.joined(separator: ",") }
        let service = id.text.replacing("-8e42-", with: "-8e43-")
        return """
            {"id":"\(id.text)","name":"\(name)","status":"\(status)","networks":[\(text(networks))],\
            "address":{"commune":"\(commune)"},"opening_hours":"24/7","accessibility":[\(text(accessibility))],\
            "closures":\(closures),"staff":{"declared":4,"qualified":\(qualified)}\
            \(label.map { ",\"label\":{\"state\":\"\($0)\"}" } ?? ""),\
            "services":[{"id":"\(service)","kind":"accueil-personnalise","audiences":[\(text(audiences))],\
            "modalities":[{"channel":"presentiel"}],"opening_hours":"\(hours)"}]}
            """
    }

    /// Acts for it as a candidate.
    var token: String {
        get async throws {
            try await TestIssuer.shared.token(
                scopes: [.directoryRead, .labelApply], clientID: "candidate-\(id.text.suffix(2))", structures: [id])
        }
    }
}
