package import Foundation

/// How a territory is coordinated, as its region and its coordinator write it: structures and roles, never persons.
package struct CoordinationDraft: Sendable, Equatable {
    /// Nil as long as nobody is designated.
    package private(set) var coordinator: Coordinator?
    /// The structures that the local committee represents.
    package private(set) var committee: [UUID]
    package let dossier: TerritoryDossier?

    /// What a territory has before anybody has written of it.
    package static let none = CoordinationDraft(coordinator: nil, committee: [], dossier: nil)

    private init(coordinator: Coordinator?, committee: [UUID], dossier: TerritoryDossier?) {
        (self.coordinator, self.committee, self.dossier) = (coordinator, committee, dossier)
    }

    /// The members of answers that only the service writes.
    package static let readOnlyMembers = ["territory", "updated_at", "version"]

    /// Reads what is sent and what is stored: they are the same.
    package init?(_ object: ObjectReader) {
        coordinator = object.optional("coordinator", .object(Coordinator.init))
        let members = object.optional(
            "committee",
            .set(
                0...500,
                of: .object { member -> UUID? in
                    member.refuse(["structure_name"])
                    return member.required("structure_id", .string(.uuid))
                }))
        committee = members ?? []
        dossier = object.optional("dossier", .object(TerritoryDossier.init))
        object.refuse(Self.readOnlyMembers)
    }

    /// Every structure that it names, each with a pointer to it.
    package var namedStructures: [(id: UUID, pointer: String)] {
        (coordinator.map { [($0.structureID, "/coordinator/structure_id")] } ?? [])
            + committee.enumerated().map { ($0.element, "/committee/\($0.offset)/structure_id") }
    }

    /// The same without a structure that is no more.
    ///
    /// - Parameter successor: who takes its places; nil leaves them empty.
    package func replacing(_ id: UUID, by successor: UUID?) -> CoordinationDraft {
        var draft = self
        if coordinator?.structureID == id {
            draft.coordinator = successor.flatMap { next in
                coordinator.map { Coordinator(structureID: next, role: $0.role) }
            }
        }
        var seen: Set<UUID> = []
        draft.committee = committee.compactMap { $0 == id ? successor : $0 }.filter { seen.insert($0).inserted }
        return draft
    }

    package var storedJSON: [UInt8] {
        var json = JSONWriter(reservingCapacity: 1024)
        json.object { write(to: &$0) { _, _ in } }
        return json.bytes
    }

    /// The members, as `init` reads them back.
    ///
    /// - Parameter describe: what else an answer says of a structure, beside its id.
    package func write(to json: inout JSONWriter, _ describe: (inout JSONWriter, UUID) -> Void) {
        json.member("coordinator") { json in
            json.optional(coordinator) { json, coordinator in
                json.object { json in
                    json.member("structure_id", coordinator.structureID.text)
                    describe(&json, coordinator.structureID)
                    json.member("role", coordinator.role)
                }
            }
        }
        json.member("committee") { json in
            json.array(of: committee) { json, id in
                json.object { json in
                    json.member("structure_id", id.text)
                    describe(&json, id)
                }
            }
        }
        json.member("dossier") { $0.optional(dossier) { $1.write(to: &$0) } }
    }
}

/// Who coordinates a territory: the structure to ask at, and in which role. A person's name or address has no place in
/// it.
package struct Coordinator: Sendable, Equatable {
    package let structureID: UUID
    /// A code of `coordinator_role`.
    package let role: String

    init(structureID: UUID, role: String) { (self.structureID, self.role) = (structureID, role) }

    init?(_ object: ObjectReader) {
        let structureID = object.required("structure_id", .string(.uuid))
        let role = object.required("role", .code(Vocabulary.coordinatorRole.codes))
        object.refuse(["structure_name"])
        for name in ["name", "first_name", "last_name", "email", "phone"] where object.contains(name) {
            object.report(Self.person, at: name)
        }
        guard let structureID, let role else { return nil }
        self.init(structureID: structureID, role: role)
    }

    private static let person = Flaw(
        "no-person",
        fr: "Le coordinateur est une structure et un rôle : aucune donnée d’une personne n’est gardée ici.",
        en: "The coordinator is a structure and a role: nothing of a person is kept here.")
}

/// What the structures of a territory answer a call for projects (Provence-Alpes-Côte d'Azur, 4.2: «leur périmètre
/// d'intervention ; un diagnostic des ressources disponibles ; leurs besoins en matière d'appui au développement de
/// pratiques collaboratives ; une à deux propositions d'actions»).
package struct TerritoryDossier: Sendable, Equatable {
    package struct Action: Sendable, Equatable {
        package let title: String
        package let description: String?

        init?(_ object: ObjectReader) {
            let title = object.required("title", .text(1...200))
            description = object.optional("description", .lines(1...4000))
            guard let title else { return nil }
            self.title = title
        }
    }

    package let perimeter: String
    package let diagnosis: String
    package let supportNeeds: String
    /// How many is the charter's rule.
    package let actions: [Action]

    init?(_ object: ObjectReader) {
        let perimeter = object.required("perimeter", .lines(1...4000))
        let diagnosis = object.required("diagnosis", .lines(1...10_000))
        let supportNeeds = object.required("support_needs", .lines(1...4000))
        let actions = object.required("actions", .array(0...50, of: .object(Action.init)))
        guard let perimeter, let diagnosis, let supportNeeds, let actions else { return nil }
        (self.perimeter, self.diagnosis, self.supportNeeds, self.actions) = (
            perimeter, diagnosis, supportNeeds, actions
        )
    }

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("perimeter", perimeter)
            json.member("diagnosis", diagnosis)
            json.member("support_needs", supportNeeds)
            json.member("actions") { json in
                json.array(of: actions) { json, action in
                    json.object { json in
                        json.member("title", action.title)
                        json.member("description", action.description)
                    }
                }
            }
        }
    }
}
