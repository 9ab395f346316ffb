import Schema

/// A consent as whoever recorded or gave it reads it, with what became of it.
extension Consent {
    /// - Parameter path: where consents are read by the caller.
    func write(to json: inout JSONWriter, at path: String) {
        json.object { json in
            json.member("id", id.text)
            json.member("version", version)
            json.member("structure_id", structure.text)
            json.member("person_id", person.text)
            json.member("granted_by", grant.by)
            json.member("representation", grant.representation)
            json.member("agent", agent)
            json.member("method", grant.method)
            json.member("witness", grant.witness)
            json.member("notice") { json in
                json.object { json in
                    json.member("id", noticeID)
                    json.member("sha256", noticeDigest)
                }
            }
            json.member("language", language)
            json.member("purposes", purposes)
            json.member("recipients", recipients.map(\.text))
            json.member("data_categories", dataCategories)
            json.member("explicit_art9", explicitArticle9)
            json.member("valid_from", RFC3339.format(validFrom))
            json.member("valid_until", RFC3339.format(validUntil))
            json.member("single_use", singleUse)
            json.member("used", isUsed)
            json.member("evidence", grant.writeEvidence)
            json.member("co_grant") { json in json.optional(coGrant) { $1.write(to: &$0) } }
            json.member("evidence_hash", evidenceHash.hexadecimal)
            json.member("state", state)
            json.member("holds", holds)
            json.member("granted_at", RFC3339.format(grantedAt))
            json.member("withdrawn_at", withdrawnAt.map(RFC3339.format))
            json.member("history") { json in
                json.array(of: history) { json, turn in
                    json.object { json in
                        json.member("event", turn.event)
                        json.member("at", RFC3339.format(turn.at))
                        json.member("by", turn.by)
                    }
                }
            }
            json.member("links") { json in
                json.object { json in
                    json.member("self", "\(path)/\(id.text)")
                    json.member("receipt", "\(path)/\(id.text)/receipt")
                }
            }
        }
    }
}
