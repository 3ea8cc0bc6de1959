// Package rehearsal plays conversation files: one text is what people see in the chat, readable by anyone, and at once the
// test of it. A file is parsed, played on a Stage, and printed back with what was seen after each act; a test compares the
// whole file, and with -update rewrites the seen lines.
//
//	# The title, and any comments
//	now 2026-11-18 10:12 Europe/Moscow
//	team Север
//	person Анна manager Север ru               (lines of a portfolio, see storage/seed, before the first act)
//	client ООО «Ромашка» | manager Анна
//	group Чат Севера | Анна, Пётр              (a group chat with the bot in it)
//	transcriber                                (a program that recognises speech is configured)
//
//	Анна: созвонилась с ромашкой, ждут кп до пятницы
//	  | a second line of the same message
//	Бот → Анна:
//	  📞 Звонок · ООО «Ромашка»
//	  [✅ Верно] [🕑 Время]
//	Анна taps [🕑 Время]
//	Анна taps [Да] under «part of the text of an older message»
//	Анна replies «part of a message»: отложи на полчаса
//	Анна edits «part of her own message»: the new text
//	Анна forwards from «Ирина К.» at 2026-11-17 19:40: the text     (a sender who hides his account)
//	Анна forwards from user Пётр at 2026-11-17 19:40: the text      (a person of the file; channel «Name» works too)
//	Анна sends photo акт.jpg «caption»         (name and caption may be missing; the same name is the same picture)
//	Анна sends file выписка.txt «caption»
//	Анна sends album акт1.jpg, акт2.jpg «caption»    (photos that belong together; the caption is the first one's)
//	Анна sends voice 0:23
//	Анна sends voice 0:23 saying «Был на Векторе»    (what a transcriber hears; «» is silence, without it the transcriber fails)
//	Анна sends videonote 0:15 saying «…»             (a round video)
//	Анна sends contact +79031234567 Ирина Ковалёва
//	Анна sends place 56.84 60.61
//	Анна sends sticker                         (or dice, game, poll, story: what can't be kept)
//	Анна in Чат Севера: @followup_bot запиши встречу      (every act of a person may be in a group)
//	Бот ✎ Анна:                                (an edited message with its whole new content)
//	Бот • Анна: уже отмечено                   (the answer to a tap; an empty one is not printed)
//	Бот ✗ Анна: the first line of a message that was deleted
//	clock +1h                                  (+1d, +1h30m, 15:00, 2026-11-19 09:00; every heartbeat with something due on the way runs)
//	restart                                    (the program is closed and opened on the same database)
//	again                                      (the last update is delivered once more)
//	off … on                                   (the program is off; what people do waits; "down 12:00..15:00" is off, clock, on)
//	block Анна / unblock Анна                  (of a group: the bot is taken out, or brought back)
//
// A person is named whole or by the only first word of the name. Messages that came while the clock moved carry their
// time. In English files (below a folder en) the bot is called Bot. Codes of invitations differ at every run: they are
// printed, and can be written in acts, as inv_#1, inv_#2, in the order in which they were first seen.
//
// A message over Telegram's limits, an unfilled placeholder or a raw catalog key fails the run wherever it is seen.
package rehearsal
