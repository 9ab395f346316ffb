/// Why a text is not opening hours that we can compute with, and where.
package struct OpeningHoursFlaw: Error, Sendable, Hashable {
    package let reason: Reason
    /// From 1, in characters (Unicode scalars); one more than the length where something is missing at the end.
    package let position: Int

    package init(reason: Reason, position: Int) {
        self.reason = reason
        self.position = position
    }

    package enum Reason: Sendable, Hashable {
        // Not the grammar.
        case tooLong, tooManyRules, empty, emptyRule, unexpected, openComment, emptyComment, weekday, time, timeOrder
        case spanOfNothing, spanTooLong, year, month, dayOfMonth, week, weekOrder, step, occurrence, dateOrder
        case blankInList, timeAlone
        // The grammar, but not the part that we compute with.
        case openEnd, pointInTime, variableTime, interval, variableDate, dayOffset, yearStep, mixedYears
        case yearsOverNewYear, commentBefore
    }

    /// The same as a violation has it: the position in words, and a code that a program can act on.
    package var flaw: Flaw {
        let words = reason.words
        return Flaw(
            reason.isUnsupported ? "opening-hours-unsupported" : "opening-hours-syntax",
            fr: "Position \(position) : \(words.fr)", en: "Position \(position): \(words.en)")
    }
}

extension TextRule where Value == OpeningHours {
    /// Opening hours that we can compute with.
    package static let openingHours = TextRule { text throws(Flaw) in
        do throws(OpeningHoursFlaw) {
            return try OpeningHours(parsing: text)
        } catch {
            throw error.flaw
        }
    }
}

extension OpeningHoursFlaw.Reason {
    package var isUnsupported: Bool {
        switch self {
        case .openEnd, .pointInTime, .variableTime, .interval, .variableDate, .dayOffset, .yearStep, .mixedYears,
            .yearsOverNewYear, .commentBefore:
            true
        default: false
        }
    }

    var words: LocalizedText {
        switch self {
        case .tooLong:
            text(
                "les horaires ont au plus \(OpeningHours.maximumLength) caractères.",
                "opening hours have at most \(OpeningHours.maximumLength) characters.")
        case .tooManyRules:
            text(
                "il y a au plus \(OpeningHours.maximumRules) règles.",
                "there are at most \(OpeningHours.maximumRules) rules.")
        case .empty: text("des horaires sont attendus.", "opening hours are expected.")
        case .emptyRule: text("une règle manque ici.", "a rule is missing here.")
        case .unexpected:
            text(
                "ce signe ou ce mot n’est pas attendu ici (exemple : « Mo-Fr 09:00-12:30; PH off »).",
                "this sign or word is not expected here (example: “Mo-Fr 09:00-12:30; PH off”).")
        case .openComment: text("le commentaire n’est pas fermé par un guillemet.", "the comment has no closing quote.")
        case .emptyComment: text("le commentaire est vide.", "the comment is empty.")
        case .weekday:
            text(
                "un jour est attendu : Mo, Tu, We, Th, Fr, Sa, Su, PH (férié) ou SH (vacances scolaires).",
                "a day is expected: Mo, Tu, We, Th, Fr, Sa, Su, PH (public holiday) or SH (school holidays).")
        case .time:
            text(
                "une heure sur deux chiffres est attendue, comme 09:00.", "a time of day is expected, such as 09:00.")
        case .timeOrder:
            text(
                "une plage commence avant 24:00 et finit au plus tard à 48:00.",
                "a span begins before 24:00 and ends at 48:00 at the latest.")
        case .spanOfNothing:
            text(
                "la plage finit quand elle commence ; toute la journée s’écrit 00:00-24:00.",
                "the span ends when it begins; the whole day is written 00:00-24:00.")
        case .spanTooLong: text("une plage dure au plus 24 heures.", "a span lasts 24 hours at most.")
        case .year: text("une année de 2000 à 2099 est attendue.", "a year from 2000 to 2099 is expected.")
        case .month: text("un mois est attendu : Jan, Feb, … Dec.", "a month is expected: Jan, Feb, … Dec.")
        case .dayOfMonth: text("ce mois n’a pas ce jour.", "that month has no such day.")
        case .week: text("une semaine de 01 à 53 est attendue.", "a week from 01 to 53 is expected.")
        case .weekOrder: text("la dernière semaine précède la première.", "the last week is before the first.")
        case .step: text("un pas de 1 à 26 semaines est attendu.", "a step of 1 to 26 weeks is expected.")
        case .occurrence:
            text(
                "un rang de 1 à 5 ou de -1 à -5 dans le mois est attendu, comme Mo[1] ou Mo[-1].",
                "a place from 1 to 5 or -1 to -5 in the month is expected, such as Mo[1] or Mo[-1].")
        case .dateOrder: text("la période finit avant de commencer.", "the period ends before it begins.")
        case .blankInList:
            text(
                "une liste n’a pas d’espace après la virgule (« Mo,We ») ; une virgule suivie d’une espace sépare deux "
                    + "règles, et la première n’a pas d’heures.",
                "a list has no blank after its comma (“Mo,We”); a comma and a blank separate two rules, and the first "
                    + "has no hours.")
        case .timeAlone:
            text(
                "après une virgule et une espace, ces heures vaudraient pour tous les jours : retirez l’espace "
                    + "(« 09:00-12:00,14:00-17:00 »).",
                "after a comma and a blank, these hours would be every day’s: drop the blank "
                    + "(“09:00-12:00,14:00-17:00”).")
        default: unsupported
        }
    }

    private var unsupported: LocalizedText {
        switch self {
        case .openEnd: text("une fin ouverte (« + ») n’est pas admise.", "an open end (“+”) is not supported.")
        case .pointInTime:
            text("une heure de fin est attendue : 09:00-12:00.", "a time of closing is expected: 09:00-12:00.")
        case .variableTime:
            text("les heures du soleil ne sont pas admises.", "times that depend on the sun are not supported.")
        case .interval: text("un intervalle (« / ») n’est pas admis ici.", "an interval (“/”) is not supported here.")
        case .variableDate:
            text(
                "« easter » n’est pas admis ; les jours fériés s’écrivent PH.",
                "“easter” is not supported; public holidays are written PH.")
        case .dayOffset:
            text("un décalage en jours n’est pas admis.", "an offset in days is not supported.")
        case .yearStep: text("un pas d’années n’est pas admis.", "a step of years is not supported.")
        case .mixedYears:
            text(
                "l’année doit précéder chaque date de la liste, ou aucune.",
                "the year must stand before every date of the list, or before none.")
        case .yearsOverNewYear:
            text(
                "avec une année, une période qui passe le Nouvel An s’écrit avec ses deux dates entières.",
                "with a year, a period over New Year is written with both its whole dates.")
        default:
            text(
                "un commentaire suit la règle, il ne la précède pas.", "a comment stands after its rule, not before it."
            )
        }
    }

    private func text(_ fr: String, _ en: String) -> LocalizedText { LocalizedText(fr: fr, en: en) }
}
