package storage

import "followup/storage/crm"

// The tables of records, each column beside the field it holds.

var teams = newTable("teams", "team", func(r *crm.Team) *int64 { return &r.ID }, func(r *crm.Team) []field {
	key := crm.NameKey(r.Name)
	return []field{
		text("name", &r.Name), text("name_key", &key), number("chat", &r.Chat), number("thread", &r.Thread),
		object("settings", &r.Settings),
	}
})

var members = newTable("members", "member", func(r *crm.Member) *int64 { return &r.ID }, func(r *crm.Member) []field {
	return []field{
		number("telegram", &r.Telegram), text("name", &r.Name), text("role", &r.Role), link("team_id", &r.Team),
		text("language", &r.Language), text("zone", &r.Zone), text("status", &r.Status), date("away_from", &r.AwayFrom),
		date("away_until", &r.AwayUntil), link("substitute_id", &r.Substitute), object("settings", &r.Settings),
		number("joined", &r.Joined), object("away_except", &r.AwayExcept),
	}
})

var clients = newTable("clients", "client", func(r *crm.Client) *int64 { return &r.ID }, func(r *crm.Client) []field {
	return []field{
		text("name", &r.Name), text("name_key", &r.Key), list("aliases", &r.Aliases), text("city", &r.City), text("inn", &r.INN),
		link("manager_id", &r.Manager), link("team_id", &r.Team), text("tier", &r.Tier), number("cadence", &r.Cadence),
		text("status", &r.Status), list("tags", &r.Tags), number("last_touch", &r.LastTouch), number("created", &r.Created),
	}
}, softly[crm.Client]("last_touch"))

var contacts = newTable("contacts", "contact", func(r *crm.Contact) *int64 { return &r.ID }, func(r *crm.Contact) []field {
	return []field{
		link("client_id", &r.Client), text("name", &r.Name), text("position", &r.Position), text("role", &r.Role),
		list("phones", &r.Phones), text("email", &r.Email), number("telegram", &r.Telegram), date("birthday", &r.Birthday),
	}
}, owned)

var interactions = newTable("interactions", "interaction", func(r *crm.Interaction) *int64 { return &r.ID },
	func(r *crm.Interaction) []field {
		return []field{
			link("client_id", &r.Client), link("author_id", &r.Author), text("kind", &r.Kind), number("happened", &r.Happened),
			text("text", &r.Text), text("outcome", &r.Outcome), flag("private", &r.Private), number("chat", &r.Chat),
			number("message", &r.Message), number("created", &r.Created),
		}
	}, owned)

var followUps = newTable("follow_ups", "followup", func(r *crm.FollowUp) *int64 { return &r.ID },
	func(r *crm.FollowUp) []field {
		return []field{
			link("client_id", &r.Client), link("assignee_id", &r.Assignee), number("author_id", &r.Author), number("asker_id", &r.Asker), text("text", &r.Text),
			text("verb", &r.Verb), date("day", &r.Day), number("clock", &r.Clock), text("zone", &r.Zone), number("due", &r.Due),
			flag("all_day", &r.AllDay), flag("named", &r.Named), flag("obligation", &r.Obligation), flag("await", &r.Await),
			text("rule", &r.Rule), number("snoozed", &r.Snoozed), text("status", &r.Status), text("outcome", &r.Outcome),
			number("closed", &r.Closed), link("interaction_id", &r.Interaction), number("created", &r.Created),
		}
	}, owned)

var contracts = newTable("contracts", "contract", func(r *crm.Contract) *int64 { return &r.ID },
	func(r *crm.Contract) []field {
		return []field{
			link("client_id", &r.Client), text("number", &r.Number), text("subject", &r.Subject), date("start_day", &r.Start),
			date("end_day", &r.End), number("sum", &r.Sum.Minor), text("currency", &r.Sum.Currency), text("renewal", &r.Renewal),
			number("renewal_months", &r.RenewalMonths), number("notice_days", &r.NoticeDays), flag("notice_working", &r.NoticeWorking),
			number("penalty", &r.Penalty), number("penalty_cap", &r.PenaltyCap), number("claim_days", &r.ClaimDays),
			text("indexation", &r.Indexation), text("status", &r.Status), text("decision", &r.Decision), text("reason", &r.Reason),
			date("postponed", &r.Postponed), number("term", &r.Term), number("created", &r.Created),
			date("index_day", &r.IndexDay), object("past", &r.Past), link("follows_id", &r.Follows),
		}
	}, owned)

var invoices = newTable("invoices", "invoice", func(r *crm.Invoice) *int64 { return &r.ID },
	func(r *crm.Invoice) []field {
		key := numberKey(r.Number)
		return []field{
			link("client_id", &r.Client), link("contract_id", &r.Contract), text("number", &r.Number), text("number_key", &key),
			date("issued", &r.Issued), date("due_day", &r.Due), number("sum", &r.Sum.Minor), text("currency", &r.Sum.Currency),
			number("balance", &r.Balance.Minor), text("status", &r.Status), number("level", &r.Level), number("level_set", &r.LevelSet),
			number("sent", &r.Sent), date("paused", &r.Paused), text("reason", &r.Reason), date("claimed", &r.Claimed),
			text("claim_channel", &r.ClaimChannel), text("claim_track", &r.ClaimTrack), text("part", &r.Part),
			number("moved", &r.Moved.Minor), link("plan_of", &r.PlanOf), number("created", &r.Created),
		}
	}, owned[crm.Invoice], softly[crm.Invoice]("balance", "status"),
	tidied(func(r *crm.Invoice) { r.Balance.Currency, r.Moved.Currency = r.Sum.Currency, r.Sum.Currency }))

var concessions = newTable("concessions", "concession", func(r *crm.Concession) *int64 { return &r.ID },
	func(r *crm.Concession) []field {
		return []field{
			link("client_id", &r.Client), link("invoice_id", &r.Invoice), text("kind", &r.Kind), number("sum", &r.Sum.Minor),
			text("currency", &r.Sum.Currency), text("reason", &r.Reason), number("author_id", &r.Author), text("status", &r.Status),
			number("decider_id", &r.Decider), number("decided", &r.Decided), number("created", &r.Created),
		}
	}, owned)

var payments = newTable("payments", "payment", func(r *crm.Payment) *int64 { return &r.ID },
	func(r *crm.Payment) []field {
		return []field{
			link("client_id", &r.Client), date("day", &r.Day), number("sum", &r.Sum.Minor), text("currency", &r.Sum.Currency),
			number("rest", &r.Rest.Minor), text("source", &r.Source), text("note", &r.Note), number("author_id", &r.Author),
			number("created", &r.Created),
		}
	}, owned[crm.Payment], tidied(func(r *crm.Payment) { r.Rest.Currency = r.Sum.Currency }))

var allocations = newTable("allocations", "allocation", func(r *crm.Allocation) *int64 { return &r.ID },
	func(r *crm.Allocation) []field {
		return []field{
			link("payment_id", &r.Payment), link("invoice_id", &r.Invoice), number("sum", &r.Sum.Minor),
			text("currency", &r.Sum.Currency), date("day", &r.Day),
		}
	})

var promises = newTable("promises", "promise", func(r *crm.Promise) *int64 { return &r.ID },
	func(r *crm.Promise) []field {
		return []field{
			link("client_id", &r.Client), link("invoice_id", &r.Invoice), number("sum", &r.Sum.Minor),
			text("currency", &r.Sum.Currency), number("paid", &r.Paid.Minor), date("day", &r.Day), text("by_whom", &r.By),
			text("status", &r.Status), number("author_id", &r.Author), number("created", &r.Created),
		}
	}, owned[crm.Promise], stamped[crm.Promise]("after_allocation", "(SELECT COALESCE(max(id), 0) FROM allocations)"), softly[crm.Promise]("paid", "status"),
	tidied(func(r *crm.Promise) { r.Paid.Currency = r.Sum.Currency }))

var documents = newTable("documents", "document", func(r *crm.Document) *int64 { return &r.ID },
	func(r *crm.Document) []field {
		return []field{
			link("client_id", &r.Client), link("contract_id", &r.Contract), text("kind", &r.Kind), text("number", &r.Number),
			text("title", &r.Title), date("sent", &r.Sent), date("signed", &r.Signed), date("received", &r.Received),
			flag("wait_sign", &r.WaitSign), flag("wait_orig", &r.WaitOrig), date("postponed", &r.Postponed),
			number("created", &r.Created), date("requested", &r.Requested),
		}
	}, owned)

var attachments = newTable("attachments", "attachment", func(r *crm.Attachment) *int64 { return &r.ID },
	func(r *crm.Attachment) []field {
		return []field{
			link("client_id", &r.Client), link("interaction_id", &r.Interaction), link("document_id", &r.Document),
			text("kind", &r.Kind), text("file", &r.File), text("file_unique", &r.Unique), text("name", &r.Name),
			number("size", &r.Size), number("created", &r.Created),
		}
	}, owned)

var accesses = newTable("accesses", "access", func(r *crm.Access) *int64 { return &r.ID }, func(r *crm.Access) []field {
	return []field{
		link("client_id", &r.Client), link("member_id", &r.Member), text("status", &r.Status), number("by_id", &r.By),
		number("created", &r.Created), number("answered", &r.Answered),
	}
})

// Setting is a setting of the company by its name.
type Setting struct {
	ID    int64
	Name  string
	Value string
}

var settings = newTable("settings", "setting", func(r *Setting) *int64 { return &r.ID }, func(r *Setting) []field {
	return []field{text("name", &r.Name), text("value", &r.Value)}
})

// shapes are all tables whose changes are kept, in an order in which each comes after those it refers to.
var shapes = []*shape{
	&teams.shape, &members.shape, &settings.shape, &clients.shape, &contacts.shape, &interactions.shape, &followUps.shape,
	&contracts.shape, &invoices.shape, &payments.shape, &allocations.shape, &promises.shape, &documents.shape,
	&concessions.shape, &attachments.shape, &bankOperations.shape, &accesses.shape, &receipts.shape,
}

// shapeOf finds a table by its name.
func shapeOf(table string) *shape {
	for _, s := range shapes {
		if s.table == table {
			return s
		}
	}
	return nil
}

// reference is a column that points to another record.
type reference struct{ table, column, to string }

// references are all of them, for what must not lose its ground and for merging clients.
var references = []reference{
	{"members", "team_id", "teams"},
	{"members", "substitute_id", "members"},
	{"clients", "manager_id", "members"},
	{"clients", "team_id", "teams"},
	{"contacts", "client_id", "clients"},
	{"interactions", "client_id", "clients"},
	{"interactions", "author_id", "members"},
	{"follow_ups", "client_id", "clients"},
	{"follow_ups", "assignee_id", "members"},
	{"follow_ups", "interaction_id", "interactions"},
	{"contracts", "client_id", "clients"},
	{"contracts", "follows_id", "contracts"},
	{"invoices", "client_id", "clients"},
	{"invoices", "contract_id", "contracts"},
	{"invoices", "plan_of", "invoices"},
	{"payments", "client_id", "clients"},
	{"allocations", "payment_id", "payments"},
	{"allocations", "invoice_id", "invoices"},
	{"promises", "client_id", "clients"},
	{"promises", "invoice_id", "invoices"},
	{"concessions", "client_id", "clients"},
	{"concessions", "invoice_id", "invoices"},
	{"documents", "client_id", "clients"},
	{"documents", "contract_id", "contracts"},
	{"attachments", "client_id", "clients"},
	{"attachments", "interaction_id", "interactions"},
	{"attachments", "document_id", "documents"},
	{"bank_operations", "payment_id", "payments"},
	{"accesses", "client_id", "clients"},
	{"accesses", "member_id", "members"},
	{"receipts", "member_id", "members"},
}
