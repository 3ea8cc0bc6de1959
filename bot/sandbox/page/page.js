// The chat page. One state, drawn anew after every change; what a message looks like is kept until the message changes.
// It talks to nothing but the sandbox that served it: /api/state once, /api/stream for what happens, POSTs for deeds.
"use strict";

const WORDS = {
  ru: {
    plusHour: "+1 час", plusDay: "+1 день", nextReminder: "Следующее напоминание", nextMorning: "Рабочее утро", setClock: "Дата и время…",
    clockBar: "Часы песочницы", saveChat: "Сохранить чат как файл разговора", phoneView: "Как на телефоне", wideView: "Во всё окно", otherLanguage: "English",
    chats: "Чаты", people: "Кем вы пишете", note: "Песочница: всё остаётся на этом компьютере и исчезает при выходе.",
    back: "К списку чатов", chatMenu: "Меню чата", pinned: "Закреплённое сообщение", messages: "Сообщения", toEnd: "К последним сообщениям",
    commands: "Команды бота", cancel: "Отмена", menu: "Меню", message: "Сообщение", attach: "Прикрепить", send: "Отправить", start: "Начать",
    unblock: "Разблокировать бота", dropHere: "Отпустите файл, чтобы отправить", photo: "Фото", bot: "бот", typing: "печатает", uploading: "отправляет файл",
    members: (n) => `${n} ${plural(n, "участник", "участника", "участников")}`, edited: "изменено", you: "Вы", replyTo: "В ответ", editing: "Редактирование",
    fwd: "Переслано от", reply: "Ответить", edit: "Изменить", copy: "Копировать", forward: "Переслать", save: "Сохранить", copied: "Скопировано", react: "реакция",
    file: "Файл", voice: "Голосовое", video_note: "Видеосообщение", contact: "Контакт", location: "Геопозиция", document: "Файл", audio: "Аудио", video: "Видео", album: "Альбом",
    forwarded: "Пересланное сообщение", forwardedFrom: "От кого", forwardedDate: "Когда написано", forwardedText: "Текст", forwardedHidden: "Аккаунт скрыт (видно только имя)",
    caption: "Подпись", asFile: "Отправить без сжатия, файлом", made: "Пробное, 7 секунд", record: "Записать микрофоном", stop: "Остановить и отправить", pickAudio: "Выбрать аудиофайл",
    firstName: "Имя", lastName: "Фамилия", phoneNumber: "Телефон", latitude: "Широта", longitude: "Долгота", city: "Город", forwardTo: "Переслать в чат", ok: "ОК", close: "Закрыть",
    openLink: "Открыть ссылку?", linkStays: "Песочница не выходит в интернет. Telegram открыл бы:", copyLink: "Скопировать", startWith: "Открыть бота с параметром",
    deepLink: "Ссылка t.me с параметром", parameter: "Параметр после ?start=", block: "Заблокировать бота", moment: "Перевести часы на", move: "Перевести",
    hello: "Что умеет этот бот?", helloText: "Нажмите «Начать», чтобы бот вам ответил.", haveCode: "У меня есть код приглашения", noMessages: "Сообщений пока нет", groupHello: "В группе бот видит команды, упоминания и ответы на свои сообщения.",
    today: "Сегодня", earlier: "Показать более ранние", unread: "непрочитанных", code: "код", tapToCopy: "Нажмите, чтобы скопировать", micFailed: "Микрофон недоступен", sent: "отправлено", seen: "прочитано ботом",
    errors: {
      blocked: "Вы заблокировали бота", empty: "Нечего отправлять", long: "Длиннее, чем разрешает Telegram (4096 знаков, подпись 1024)", own: "Это сообщение нельзя изменить", button: "Этой кнопки уже нет",
      message: "Этого сообщения уже нет", chat: "Вы не в этом чате", large: "Файл больше 50 МБ", no_reminder: "Напоминаний не запланировано", time: "Так перевести часы нельзя", move: "Часы не перевелись",
      network: "Нет связи с песочницей", other: "Не получилось",
    },
  },
  en: {
    plusHour: "+1 hour", plusDay: "+1 day", nextReminder: "Next reminder", nextMorning: "Working morning", setClock: "Date and time…",
    clockBar: "Sandbox clock", saveChat: "Save chat as a conversation file", phoneView: "As on a phone", wideView: "Whole window", otherLanguage: "Русский",
    chats: "Chats", people: "Who you write as", note: "Sandbox: everything stays on this computer and is gone when it stops.",
    back: "To the chats", chatMenu: "Chat menu", pinned: "Pinned message", messages: "Messages", toEnd: "To the latest messages",
    commands: "Bot commands", cancel: "Cancel", menu: "Menu", message: "Message", attach: "Attach", send: "Send", start: "Start",
    unblock: "Unblock the bot", dropHere: "Drop the file to send it", photo: "Photo", bot: "bot", typing: "typing", uploading: "sending a file",
    members: (n) => `${n} ${n === 1 ? "member" : "members"}`, edited: "edited", you: "You", replyTo: "Reply to", editing: "Editing",
    fwd: "Forwarded from", reply: "Reply", edit: "Edit", copy: "Copy", forward: "Forward", save: "Save", copied: "Copied", react: "reaction",
    file: "File", voice: "Voice message", video_note: "Video message", contact: "Contact", location: "Location", document: "File", audio: "Audio", video: "Video", album: "Album",
    forwarded: "Forwarded message", forwardedFrom: "From", forwardedDate: "Written at", forwardedText: "Text", forwardedHidden: "Account hidden (only the name shows)",
    caption: "Caption", asFile: "Send as a file, uncompressed", made: "Made up, 7 seconds", record: "Record with the microphone", stop: "Stop and send", pickAudio: "Choose an audio file",
    firstName: "First name", lastName: "Last name", phoneNumber: "Phone", latitude: "Latitude", longitude: "Longitude", city: "City", forwardTo: "Forward to", ok: "OK", close: "Close",
    openLink: "Open this link?", linkStays: "The sandbox doesn't go online. Telegram would open:", copyLink: "Copy", startWith: "Open the bot with the parameter",
    deepLink: "t.me link with a parameter", parameter: "Parameter after ?start=", block: "Block the bot", moment: "Move the clock to", move: "Move",
    hello: "What can this bot do?", helloText: "Press Start, and the bot will answer.", haveCode: "I have an invitation code", noMessages: "No messages yet", groupHello: "In a group the bot sees commands, mentions and replies to it.",
    today: "Today", earlier: "Show earlier ones", unread: "unread", code: "code", tapToCopy: "Click to copy", micFailed: "No microphone", sent: "sent", seen: "seen by the bot",
    errors: {
      blocked: "You have blocked the bot", empty: "Nothing to send", long: "Longer than Telegram allows (4096 characters, caption 1024)", own: "This message can't be edited", button: "This button is gone",
      message: "This message is gone", chat: "You are not in this chat", large: "The file is larger than 50 MB", no_reminder: "No reminder is planned", time: "The clock can't be moved like that", move: "The clock did not move",
      network: "No connection to the sandbox", other: "It did not work",
    },
  },
};
const CITIES = { "Москва": [55.7558, 37.6173], "Екатеринбург": [56.8389, 60.6057], "Новосибирск": [55.0084, 82.9357], "Калининград": [54.7104, 20.4522], "Владивосток": [43.1155, 131.8855] };
const PALETTE = ["#e17076", "#7bc862", "#65aadd", "#a695e7", "#ee7aae", "#6ec9cb", "#faa774"];
const LONGEST = 4096; // UTF-16 units of one message
const SHOWN = 200; // messages drawn before "show earlier"

const $ = (id) => document.getElementById(id);
const plural = (n, one, few, many) => (n % 10 === 1 && n % 100 !== 11 ? one : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? few : many);
const query = new URLSearchParams(location.search);

let S; // what the server knows
const V = { // what only this page knows
  person: 0, chat: 0, language: "ru", reply: 0, editing: 0, seen: {}, drafts: {}, spinning: {}, typing: {}, more: 0, nodes: new Map(), frames: new Map(), keysHidden: {},
};
const T = (key) => WORDS[V.language][key] ?? key;

// --- small tools ---

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [k, v] of Object.entries(attributes)) {
    if (k.startsWith("on")) node.addEventListener(k.slice(2), v);
    else if (v === true) node.setAttribute(k, "");
    else if (v !== false && v != null) node.setAttribute(k, v);
  }
  node.append(...children.flat().filter((c) => c != null && c !== false));
  return node;
}

function icon(name, extra = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "i " + extra);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "#i-" + name);
  svg.append(use);
  return svg;
}

const colorOf = (id, own) => own || PALETTE[Math.abs(id) % PALETTE.length];
const initials = (name) => [...name.split(/\s+/).filter(Boolean)].slice(0, 2).map((w) => [...w][0]).join("").toUpperCase();

function paintAvatar(node, name, color) {
  node.textContent = initials(name);
  node.style.setProperty("--own", color);
  return node;
}
const avatar = (name, color) => paintAvatar(el("span", { class: "avatar", "aria-hidden": "true" }), name, color);

// Times come as RFC 3339 with the clock's own offset; their wall clock part is what people see.
const wall = (t) => new Date(t.slice(0, 19) + "Z");
const format = (t, options) => new Intl.DateTimeFormat(V.language === "ru" ? "ru-RU" : "en-GB", { timeZone: "UTC", ...options }).format(wall(t));
const hhmm = (t) => t.slice(11, 16);
const dayName = (t) => (t.slice(0, 10) === S.clock.now.slice(0, 10) ? T("today")
  : format(t, { day: "numeric", month: "long", year: t.slice(0, 4) === S.clock.now.slice(0, 4) ? undefined : "numeric" }));
const bytes = (n) => (n < 1024 ? `${n} B` : n < 1 << 20 ? `${(n / 1024).toFixed(1)} KB` : `${(n / (1 << 20)).toFixed(1)} MB`);
const seconds = (n) => `${Math.floor(n / 60)}:${String(n % 60).padStart(2, "0")}`;

async function post(path, body, plain) {
  let answer;
  try {
    answer = await fetch("/api/" + path, { method: "POST", body: plain ? body : JSON.stringify(body), headers: plain ? {} : { "Content-Type": "application/json" } });
  } catch {
    toast(T("errors").network);
    return null;
  }
  const out = await answer.json().catch(() => ({ error: "other" }));
  if (answer.ok) return out;
  const words = T("errors")[out.error] || T("errors").other;
  toast(["other", "move"].includes(out.error) && out.text ? `${words}: ${out.text}` : words);
  return null;
}

let toastTimer;
function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 2500 + text.length * 35);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // no permission: the old way
    const area = el("textarea", { class: "unseen" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  toast(T("copied"));
}

// ask shows a dialog and resolves with its form's values, or null. Without ok there is only a way to close it.
function ask({ title, body, ok, cancel = true }) {
  $("dialog-title").textContent = title;
  $("dialog-body").replaceChildren(...body);
  $("dialog-ok").textContent = ok || T("ok");
  $("dialog-cancel").hidden = !cancel;
  $("dialog-cancel").textContent = T("cancel");
  const dialog = $("dialog");
  dialog.returnValue = "";
  if (!dialog.open) dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(dialog.returnValue === "ok" ? Object.fromEntries(new FormData($("dialog-form"))) : null);
  });
}
function field(label, name, attributes = {}, tag = "input") {
  const input = el(tag, { name, autocomplete: "off", ...attributes });
  if (tag === "textarea") input.value = attributes.value || "";
  return el("label", {}, label, input);
}

// --- who sees what ---

const person = () => S.people.find((p) => p.id === V.person);
const group = (id) => S.groups.find((g) => g.id === id);
const chatsOf = (id) => [id, ...S.groups.filter((g) => !g.gone && g.members.includes(id)).map((g) => g.id)];
const list = (chat) => S.messages[chat] || (S.messages[chat] = []);
const find = (chat, id) => list(chat).find((m) => m.id === id);
const full = (p) => [p.first_name, p.last_name].filter(Boolean).join(" ");
const titleOf = (chat) => group(chat)?.title || S.bot.name;
const colorOfAuthor = (id) => (id === S.bot.id ? colorOf(4, "#2aa5e8") : colorOf(id, S.people.find((p) => p.id === id)?.color));
const chatColor = (chat) => (group(chat) ? colorOf(chat) : colorOfAuthor(S.bot.id));
const seenKey = (p, chat) => p + ":" + chat;
const unread = (p, chat) => list(chat).filter((m) => m.from !== p && m.kind !== "service" && m.id > (V.seen[seenKey(p, chat)] || 0)).length;

function summary(m) {
  if (!m) return "";
  const media = m.kind === "text" || m.kind === "service" ? "" : m.kind === "document" && m.file?.name ? m.file.name : T(m.kind);
  return [media, m.text.replace(/\s+/g, " ")].filter(Boolean).join(", ").slice(0, 140);
}

// --- drawing ---

function draw() {
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = T(node.dataset.t);
  for (const node of document.querySelectorAll("[data-title]")) { node.title = T(node.dataset.title); node.setAttribute("aria-label", T(node.dataset.title)); }
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", T(node.dataset.label));
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = T(node.dataset.placeholder);
  document.documentElement.lang = V.language;
  $("language").textContent = V.language === "ru" ? "EN" : "RU";
  drawClock();
  drawSide();
  drawTop();
  drawList();
  drawComposer();
}

function drawClock() {
  const c = S.clock;
  $("now").textContent = `${format(c.now, { weekday: "short", day: "numeric", month: "long", year: "numeric" }).replace(" г.", "")}, ${hhmm(c.now)}`;
  $("now").dateTime = c.now;
  $("zone").textContent = c.zone === "Local" ? "" : c.zone;
  $("clock-buttons").hidden = !c.move;
  for (const b of document.querySelectorAll("[data-to]")) b.hidden = !c[b.dataset.to];
}

function drawSide() {
  const focused = document.activeElement?.dataset ?? {};
  let elsewhere = 0;
  $("people").replaceChildren(...S.people.map((p) => {
    const n = chatsOf(p.id).reduce((sum, c) => sum + unread(p.id, c), 0);
    if (p.id !== V.person) elsewhere += n;
    return el("button", { class: "person", type: "button", "aria-pressed": String(p.id === V.person), "data-person": p.id, onclick: () => choose(p.id, p.id),
      "aria-label": [full(p), p.title, n ? `${n} ${T("unread")}` : ""].filter(Boolean).join(", ") },
    avatar(full(p), colorOf(p.id, p.color)), el("span", { class: "name" }, p.first_name), el("span", { class: "title" }, p.title || (p.username ? "@" + p.username : "")),
    n > 0 && el("span", { class: "badge" }, String(n)));
  }));
  $("chats").replaceChildren(...chatsOf(V.person).map((chat) => {
    const last = list(chat).at(-1);
    const n = unread(V.person, chat);
    const name = last && group(chat) && last.kind !== "service" ? (last.from === V.person ? T("you") : last.author.split(" ")[0]) + ": " : "";
    return el("div", { role: "listitem" }, el("button", { class: "chat-row", type: "button", "data-chat": chat, "aria-current": String(chat === V.chat), onclick: () => choose(V.person, chat) },
      avatar(titleOf(chat), chatColor(chat)),
      el("div", {},
        el("div", { class: "l1" }, el("b", {}, titleOf(chat)), last && el("time", {}, last.date.slice(0, 10) === S.clock.now.slice(0, 10) ? hhmm(last.date) : format(last.date, { day: "2-digit", month: "2-digit" }))),
        el("div", { class: "l2" }, el("span", {}, name && el("em", {}, name), summary(last) || T("noMessages")), n > 0 && el("span", { class: "badge" }, String(n))))));
  }));
  const again = focused.person ? `[data-person="${focused.person}"]` : focused.chat ? `[data-chat="${focused.chat}"]` : "";
  if (again) document.querySelector(again)?.focus({ preventScroll: true });
  const inOther = chatsOf(V.person).filter((c) => c !== V.chat).reduce((sum, c) => sum + unread(V.person, c), 0);
  $("back-badge").hidden = !inOther;
  $("back-badge").textContent = inOther;
  document.title = (elsewhere + inOther ? `(${elsewhere + inOther}) ` : "") + S.bot.name;
}

function drawTop() {
  paintAvatar($("top-avatar"), titleOf(V.chat), chatColor(V.chat));
  $("top-name").textContent = titleOf(V.chat);
  const action = V.typing[V.chat];
  $("top-status").textContent = action ? T(action === "typing" ? "typing" : "uploading") + "…" : group(V.chat) ? T("members")(group(V.chat).members.length + 1) : T("bot");
  $("top-status").classList.toggle("typing", Boolean(action));
  const pinned = list(V.chat).findLast((m) => m.pinned);
  $("pinned").hidden = !pinned;
  $("pinned-text").textContent = summary(pinned);
  $("pinned").onclick = () => pinned && jump(pinned.id);
  $("save").href = `/api/save?chat=${V.chat}`;
  const narrow = query.has("phone");
  $("phone").href = `/?${narrow ? "" : "phone&"}person=${V.person}&chat=${V.chat}`;
  $("phone").title = T(narrow ? "wideView" : "phoneView");
  $("phone").setAttribute("aria-label", $("phone").title);
  $("phone").querySelector("use").setAttribute("href", narrow ? "#i-wide" : "#i-phone");
}

const atEnd = () => $("scroll").scrollHeight - $("scroll").scrollTop - $("scroll").clientHeight < 90;

function drawList(toEnd) {
  const stay = !toEnd && !atEnd();
  const all = list(V.chat);
  const shown = all.slice(Math.max(0, all.length - SHOWN - V.more));
  const out = [];
  if (shown.length < all.length) out.push(el("button", { class: "earlier", type: "button", onclick: () => { V.more += SHOWN; drawList(); } }, T("earlier")));
  if (!all.length) out.push(hello());
  const days = [];
  let day = null;
  for (let i = 0; i < shown.length; i++) {
    const [before, m, after] = [shown[i - 1], shown[i], shown[i + 1]];
    if (!before || before.date.slice(0, 10) !== m.date.slice(0, 10)) {
      day = { node: dayNode(m.date), parts: [] };
      day.parts.push(day.node.firstChild);
      days.push(day);
      out.push(day.node);
    }
    const node = drawn(m, !together(before, m), !together(m, after));
    if (!m.album || m.kind !== "photo") { day.parts.push(node); continue; }
    const album = kept("album" + m.album, () => el("div", { class: "album" + (m.from === V.person ? " mine" : ""), role: "group", "aria-label": T("album") }));
    if (before?.album !== m.album) { day.parts.push(album); days.push({ node: album, parts: [] }); day.album = days.at(-1); }
    day.album?.parts.push(node);
  }
  for (const { node, parts } of days) sync(node, parts);
  sync($("list"), out);
  if (toEnd) for (const node of $("list").querySelectorAll(".new")) node.classList.remove("new");
  if (!stay) $("scroll").scrollTop = $("scroll").scrollHeight;
  markSeen();
}

// sync makes nodes the children of parent and leaves those alone that are there already: a selection, the focus and a
// playing voice note survive.
function sync(parent, nodes) {
  nodes.forEach((node, i) => { if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] || null); });
  while (parent.children.length > nodes.length) parent.lastChild.remove();
}

// kept makes a frame around messages once and finds it again.
function kept(key, make) {
  if (!V.frames.has(key)) V.frames.set(key, make());
  return V.frames.get(key);
}
const dayNode = (date) => kept(dayName(date) + date.slice(0, 10), () => el("section", { class: "block", "aria-label": dayName(date) }, el("div", { class: "day" }, dayName(date))));

const together = (a, b) => a && b && a.kind !== "service" && b.kind !== "service" && a.from === b.from && a.date.slice(0, 10) === b.date.slice(0, 10) && wall(b.date) - wall(a.date) < 600000 && !a.buttons;

function markSeen() {
  const last = list(V.chat).at(-1);
  const hiddenNow = document.hidden || (!atEnd() && $("scroll").clientHeight > 0);
  const waiting = unread(V.person, V.chat);
  if (last && !hiddenNow) {
    V.seen[seenKey(V.person, V.chat)] = last.id;
    sessionStorage.setItem("seen", JSON.stringify(V.seen));
    if (waiting) drawSide();
  }
  $("to-end").hidden = atEnd();
  $("end-badge").hidden = !hiddenNow || !waiting;
  $("end-badge").textContent = waiting;
}

function hello() {
  if (group(V.chat)) return el("div", { class: "hello" }, el("p", {}, T("groupHello")));
  return el("div", { class: "hello" }, el("div", { class: "big" }, "👋"), el("h2", {}, T("hello")), el("p", {}, S.bot.description || T("helloText")), el("button", { type: "button", onclick: deepLink }, T("haveCode")));
}

// drawn is a message's node, made again only when something it shows has changed.
function drawn(m, first, last) {
  const to = m.reply_to ? find(m.chat, m.reply_to) : null;
  const key = JSON.stringify([m, first, last, V.person, V.language, to && summary(to), V.spinning[m.id]]);
  const had = V.nodes.get(m.id);
  if (had?.key === key) { had.node.classList.remove("new"); return had.node; }
  const node = m.kind === "service" ? el("div", { class: "service" }, m.text) : messageNode(m, first, last, to);
  if (!had) node.classList.add("new");
  else if (had.node.contains(document.activeElement)) setTimeout(() => node.querySelector(".key, .more")?.focus({ preventScroll: true }));
  V.nodes.set(m.id, { key, node });
  return node;
}

function messageNode(m, first, last, to) {
  const mine = m.from === V.person;
  const inGroup = Boolean(group(m.chat));
  const keyed = Boolean(m.buttons?.length);
  const framed = m.kind === "photo" || m.kind === "location";
  const bubble = el("div", { class: "bubble" + (framed ? " framed" : "") + (isHuge(m) || m.kind === "video_note" ? " bare" : "") });
  const head = [];
  if (inGroup && !mine && first) head.push(el("div", { class: "author" }, m.author));
  if (m.forward) head.push(el("div", { class: "fwd" }, T("fwd") + " ", el("b", {}, m.forward.name || m.forward.channel), `, ${format(m.forward.date, { day: "2-digit", month: "2-digit" })} ${hhmm(m.forward.date)}`));
  if (to) head.push(el("button", { class: "quoted", type: "button", onclick: () => jump(to.id) }, el("b", {}, to.from === V.person ? T("you") : to.author), el("span", {}, summary(to))));
  if (head.length) bubble.append(el("div", { class: "head" }, head));
  const attached = mediaNode(m);
  if (attached) bubble.append(attached);
  const meta = metaNode(m, mine);
  if (m.text) {
    const text = el("div", { class: "text" + (isHuge(m) ? " huge" : "") }, formatted(m.text, m.entities || []));
    text.append(meta);
    bubble.append(text);
  } else if (framed) {
    meta.classList.add("over");
    bubble.append(meta);
  } else {
    bubble.append(el("div", { class: "solo" }, meta));
  }
  if (m.reaction) bubble.append(el("span", { class: "react", title: `${S.bot.name}: ${T("react")}` }, m.reaction));
  const node = el("article", { class: ["m", mine && "mine", first && "first", last && "last", keyed && "keyed"].filter(Boolean).join(" "), "data-id": m.id,
    "aria-label": `${mine ? T("you") : m.author}, ${hhmm(m.date)}` },
  inGroup && !mine && avatar(m.author, colorOfAuthor(m.from)),
  el("div", { class: "body" }, bubble, keyed && keyboardNode(m),
    el("button", { class: "more", type: "button", "aria-label": T("chatMenu"), onclick: (e) => messageMenu(m, e.currentTarget.getBoundingClientRect()) }, icon("more"))));
  node.style.setProperty("--own", colorOfAuthor(m.from));
  node.addEventListener("contextmenu", (e) => { e.preventDefault(); messageMenu(m, { left: e.clientX, bottom: e.clientY, top: e.clientY, right: e.clientX }); });
  node.addEventListener("dblclick", (e) => { if (!e.target.closest("button, a")) startReply(m); });
  swipe(node, m);
  return node;
}

const isHuge = (m) => m.kind === "text" && !m.reply_to && !m.forward && !m.buttons && /^(\p{Extended_Pictographic}\uFE0F?){1,3}$/u.test(m.text);

function metaNode(m, mine) {
  const meta = el("span", { class: "meta" }, m.edited ? T("edited") + " " : "", el("time", { datetime: m.date, title: format(m.date, { dateStyle: "full" }) }, hhmm(m.date)));
  if (mine) { const tick = icon(m.read ? "checks" : "check"); meta.append(tick, el("span", { class: "unseen" }, T(m.read ? "seen" : "sent"))); }
  return meta;
}

function keyboardNode(m) {
  return el("div", { class: "keyboard" }, m.buttons.map((row, i) => el("div", {}, row.map((b, j) => {
    const waiting = V.spinning[m.id]?.[`${i}.${j}`];
    return el("button", { type: "button", class: ["key", b.style, waiting && "waiting"].filter(Boolean).join(" "), "data-button": b.text, "aria-busy": waiting ? "true" : null, onclick: () => tap(m, i, j) },
      el("span", {}, b.text), b.url && icon("link", "corner"), b.copy_text && icon("copy", "corner"));
  }))));
}

function mediaNode(m) {
  const f = m.file;
  const address = f && `/api/file/${encodeURIComponent(f.id)}`;
  switch (m.kind) {
    case "photo":
      return el("button", { class: "photo", type: "button", "aria-label": T("photo"), onclick: () => { $("viewer-img").src = address; $("viewer").showModal(); } },
        el("img", { src: address, alt: m.text || T("photo"), width: f.width, height: f.height, onload: () => { if (V.stick) $("scroll").scrollTop = $("scroll").scrollHeight; } }));
    case "document": case "audio": case "video": {
      const ext = (f.name || "").split(".").pop().slice(0, 4);
      return el("a", { class: "doc", href: address + "?download", download: f.name || T(m.kind), "aria-label": `${T("save")} ${f.name}` }, el("span", { class: "disc" }, ext ? ext : icon("file")), el("span", {}, el("b", {}, f.name || T(m.kind)), el("span", {}, bytes(f.size))));
    }
    case "voice": {
      const sound = new Audio();
      const face = el("span", { class: "disc" }, icon("play"));
      const show = (name) => face.replaceChildren(icon(name));
      sound.addEventListener("pause", () => show("play"));
      sound.addEventListener("playing", () => show("pause"));
      const bars = Array.from({ length: 32 }, (_, i) => { const b = el("i"); b.style.height = `${4 + Math.abs(Math.sin(i * 1.7 + m.id) + Math.sin(i * 0.61)) * 9}px`; return b; });
      return el("button", { class: "doc", type: "button", "aria-label": `${T("voice")} ${seconds(f.duration || 0)}`, onclick: () => { if (!sound.src) sound.src = address; if (sound.paused) sound.play().catch(() => show("play")); else sound.pause(); } },
        face, el("span", {}, el("span", { class: "wave" }, bars), el("span", {}, seconds(f.duration || 0))));
    }
    case "video_note": return el("div", { class: "round", role: "img", "aria-label": `${T("video_note")} ${seconds(f.duration || 0)}` }, seconds(f.duration || 0));
    case "contact": {
      const name = [m.contact.first_name, m.contact.last_name].filter(Boolean).join(" ");
      return el("div", { class: "doc" }, avatar(name, colorOf(m.contact.user_id || name.length)), el("span", {}, el("b", {}, name), el("span", {}, m.contact.phone_number)));
    }
    case "location": return el("div", { class: "map", role: "img", "aria-label": `${T("location")} ${m.location.latitude}, ${m.location.longitude}`, title: `${m.location.latitude}, ${m.location.longitude}` }, icon("pin"));
  }
  return null;
}

// formatted turns text and entities (UTF-16 offsets, as JavaScript counts too) into nodes, nested where they nest.
function formatted(text, entities, from = 0, to = text.length, at = 0) {
  const out = [];
  let pos = from;
  for (let i = at; i < entities.length; i++) {
    const e = entities[i];
    if (e.offset < pos || e.offset >= to) continue;
    const block = e.type === "pre" || e.type.endsWith("blockquote"); // a block stands on its own line: breaks beside it are not shown
    if (e.offset > pos) out.push(block && text[e.offset - 1] === "\n" ? text.slice(pos, e.offset - 1) : text.slice(pos, e.offset));
    const end = Math.min(e.offset + e.length, to);
    out.push(entityNode(e, text.slice(e.offset, end), formatted(text, entities, e.offset, end, i + 1)));
    pos = block && text[end] === "\n" && end < to ? end + 1 : end;
  }
  if (pos < to) out.push(text.slice(pos, to));
  return out;
}

function entityNode(e, text, inner) {
  switch (e.type) {
    case "bold": return el("b", {}, inner);
    case "italic": return el("i", {}, inner);
    case "underline": return el("u", {}, inner);
    case "strikethrough": return el("s", {}, inner);
    case "code": return el("code", { title: T("tapToCopy"), onclick: () => copy(text) }, inner);
    case "pre": return el("div", { class: "pre" }, el("div", { class: "pre-head" }, el("span", {}, e.language || T("code")), el("button", { type: "button", onclick: () => copy(text) }, icon("copy"), T("copy"))), el("pre", {}, text));
    case "spoiler": return el("span", { class: "spoiler", role: "button", tabindex: "0", onclick: (ev) => ev.currentTarget.classList.add("shown"), onkeydown: (ev) => { if (ev.key === "Enter") ev.currentTarget.classList.add("shown"); } }, inner);
    case "blockquote": return el("blockquote", {}, inner);
    case "expandable_blockquote": return el("blockquote", { class: "folded", onclick: (ev) => ev.currentTarget.classList.toggle("folded") }, inner);
    case "bot_command": return linkNode(inner, () => say(text));
    case "mention": case "hashtag": case "cashtag": case "email": case "phone_number": return linkNode(inner, () => copy(text));
    case "url": return linkNode(inner, () => openLink(text));
    case "text_link": return linkNode(inner, () => openLink(e.url));
    case "text_mention": return el("b", {}, inner);
  }
  return el("span", {}, inner);
}
const linkNode = (inner, onclick) => el("a", { role: "link", tabindex: "0", onclick, onkeydown: (e) => { if (e.key === "Enter") onclick(); } }, inner);

function drawComposer() {
  const p = person();
  const isPrivate = V.chat === V.person;
  const mustStart = isPrivate && !p.started && !p.blocked;
  const mustUnblock = isPrivate && p.blocked;
  $("start").hidden = !mustStart;
  $("unblock").hidden = !mustUnblock;
  $("write-row").hidden = mustStart || mustUnblock;
  const menu = S.menus[V.person]?.[V.chat] || [];
  $("menu-button").hidden = !menu.length;
  $("menu-button").classList.toggle("short", $("text").value.trim() !== "" || !isPrivate);
  $("send").disabled = !$("text").value.trim();
  const quoted = V.editing ? find(V.chat, V.editing) : V.reply ? find(V.chat, V.reply) : null;
  $("quote-bar").hidden = !quoted;
  if (quoted) {
    $("quote-icon").setAttribute("href", V.editing ? "#i-edit" : "#i-reply");
    $("quote-title").textContent = V.editing ? T("editing") : `${T("replyTo")}: ${quoted.from === V.person ? T("you") : quoted.author}`;
    $("quote-text").textContent = summary(quoted);
  }
  drawKeys();
  drawCommands();
  grow();
}

// drawKeys shows the reply keyboard of the last bot message that has one.
function drawKeys() {
  const source = list(V.chat).findLast((m) => m.bot && m.keyboard);
  const rows = source && !source.keyboard.remove && V.keysHidden[V.chat] !== source.id ? source.keyboard.rows || [] : [];
  $("keys").hidden = !rows.length || $("write-row").hidden;
  $("keys").replaceChildren(...rows.map((row) => el("div", {}, row.map((b) => el("button", { type: "button", onclick: () => {
    if (source.keyboard.one_time) { V.keysHidden[V.chat] = source.id; drawKeys(); }
    const p = person();
    if (b.request_contact) post("contact", { person: V.person, chat: V.chat, contact: { phone_number: "+79" + String(p.id).padStart(9, "0").slice(-9), first_name: p.first_name, last_name: p.last_name, user_id: p.id } });
    else if (b.request_location) attachLocation();
    else say(b.text);
  } }, b.text)))));
  const hint = source?.keyboard.placeholder;
  $("text").placeholder = hint && rows.length ? hint : T("message");
}

let chosenCommand = 0;
function commandsShown() {
  const typed = $("text").value;
  const menu = S.menus[V.person]?.[V.chat] || [];
  if (V.commandsOpen && !typed) return menu;
  if (!/^\/[a-z0-9_]*$/i.test(typed)) return [];
  return menu.filter((c) => c.command.startsWith(typed.slice(1).toLowerCase()));
}
function drawCommands() {
  const shown = commandsShown();
  chosenCommand = Math.min(chosenCommand, Math.max(shown.length - 1, 0));
  $("commands").hidden = !shown.length;
  $("menu-button").setAttribute("aria-expanded", String(shown.length > 0));
  $("commands").replaceChildren(...shown.map((c, i) => el("li", { role: "option", "aria-selected": String(i === chosenCommand), onclick: () => { V.commandsOpen = false; $("text").value = ""; say("/" + c.command); drawComposer(); } },
    el("b", {}, "/" + c.command), el("span", {}, c.description))));
}

// --- deeds ---

function choose(p, chat) {
  V.drafts[seenKey(V.person, V.chat)] = $("text").value;
  Object.assign(V, { person: p, chat, reply: 0, editing: 0, more: 0, commandsOpen: false, nodes: new Map(), frames: new Map() });
  $("text").value = V.drafts[seenKey(p, chat)] || "";
  $("app").classList.remove("in-list");
  $("toast").hidden = true;
  const next = new URLSearchParams(location.search);
  next.set("person", p);
  next.set("chat", chat);
  history.replaceState(null, "", "?" + next);
  drawSide();
  drawTop();
  drawList(true);
  drawSide();
  drawComposer();
}

async function say(text, extra = {}) {
  const out = await post("say", { person: V.person, chat: V.chat, text, ...extra });
  if (out) $("scroll").scrollTop = $("scroll").scrollHeight;
  return out;
}

// A text that is too long for one message goes as several, as Telegram's apps do it.
async function sayParts(text, reply) {
  let rest = text;
  let out = null;
  while (rest.trim()) {
    let end = rest.length;
    if (end > LONGEST) end = Math.max(rest.lastIndexOf("\n", LONGEST), rest.lastIndexOf(" ", LONGEST));
    if (end <= 0) end = LONGEST;
    out = await say(rest.slice(0, end), { reply_to: reply });
    if (!out) return null;
    rest = rest.slice(end);
    reply = 0;
  }
  return out;
}

async function send() {
  const text = $("text").value;
  if (!text.trim()) return;
  const [editing, reply] = [V.editing, V.reply];
  $("text").value = "";
  Object.assign(V, { editing: 0, reply: 0, commandsOpen: false });
  grow();
  drawComposer();
  const out = editing ? await post("edit", { person: V.person, chat: V.chat, message: editing, text }) : await sayParts(text, reply);
  if (!out && !$("text").value) { $("text").value = text; Object.assign(V, { editing, reply }); grow(); drawComposer(); }
}

async function tap(m, row, place) {
  const b = m.buttons[row][place];
  const out = await post("tap", { person: V.person, chat: m.chat, message: m.id, button: [row, place] });
  if (!out) return;
  if (b.copy_text) { copy(b.copy_text); return; }
  if (b.url) { openLink(b.url); return; }
  if (V.answered?.has(out.query)) return; // the answer was quicker than the reply to the tap
  spin(m.id, `${row}.${place}`, out.query);
}

// A button spins until its tap is answered, or as long as Telegram's apps wait.
function spin(message, at, tapped) {
  (V.spinning[message] ||= {})[at] = tapped;
  drawList();
  setTimeout(() => unspin(tapped), 15000);
}
function unspin(tapped) {
  for (const [message, taps] of Object.entries(V.spinning)) {
    for (const [at, q] of Object.entries(taps)) if (q === tapped) delete taps[at];
    if (!Object.keys(taps).length) delete V.spinning[message];
  }
  drawList();
}

function startReply(m) {
  Object.assign(V, { reply: m.id, editing: 0 });
  drawComposer();
  $("text").focus();
}

function jump(id) {
  const node = $("list").querySelector(`[data-id="${id}"]`);
  if (!node) return;
  node.scrollIntoView({ block: "center", behavior: "smooth" });
  node.classList.add("picked");
  setTimeout(() => node.classList.remove("picked"), 1500);
}

function openLink(address) {
  const url = /^[a-z]+:\/\//i.test(address) ? address : "https://" + address;
  const own = new RegExp(`^(?:https?://t(?:elegram)?\\.me/|tg://resolve\\?domain=)${S.bot.username}[?&]start=([\\w-]{1,64})$`, "i").exec(url);
  const body = [el("p", {}, T("linkStays")), el("p", { class: "link" }, url)];
  if (own) body.push(el("p", {}, `${T("startWith")} «${own[1]}»`));
  ask({ title: T("openLink"), body, ok: own ? T("start") : T("copyLink") }).then((yes) => {
    if (yes && own) { choose(V.person, V.person); say("/start " + own[1]); } else if (yes) copy(url);
  });
}

// --- menus ---

// popup shows a menu at a place: items are [icon, words, what to do, "bad"?].
function popup(items, at) {
  const menu = $("popup");
  const back = document.activeElement;
  menu.replaceChildren(...items.filter(Boolean).map(([name, words, act, mark]) => el("button", { type: "button", role: "menuitem", class: mark || "", onclick: () => { menu.hidden = true; act(); } }, icon(name), words)));
  menu.hidden = false;
  const box = menu.getBoundingClientRect();
  menu.style.left = Math.max(8, Math.min(at.left, innerWidth - box.width - 8)) + "px";
  menu.style.top = Math.max(8, at.bottom + box.height + 8 < innerHeight ? at.bottom + 4 : at.top - box.height - 4) + "px";
  menu.firstChild.focus({ preventScroll: true });
  menu.onkeydown = (e) => {
    const move = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[e.key];
    if (move) { e.preventDefault(); document.activeElement[move]?.focus(); }
    if (e.key === "Escape" || e.key === "Tab") { e.preventDefault(); menu.hidden = true; back?.focus(); }
  };
}

function messageMenu(m, at) {
  const own = m.from === V.person && !m.forward && (m.kind === "text" || m.file);
  popup([
    ["reply", T("reply"), () => startReply(m)],
    own && ["edit", T("edit"), () => { V.drafts.held = $("text").value; Object.assign(V, { editing: m.id, reply: 0 }); $("text").value = m.text; grow(); drawComposer(); $("text").focus(); }],
    m.text && ["copy", T("copy"), () => copy(m.text)],
    ["forward", T("forward"), () => forward(m)],
    m.file && ["load", T("save"), () => el("a", { href: `/api/file/${encodeURIComponent(m.file.id)}?download`, download: m.file.name || T(m.kind) }).click()],
  ], at);
}

function forward(m) {
  const go = async (chat) => {
    $("dialog").close();
    if (await post("forward", { person: V.person, from_chat: m.chat, message: m.id, chat })) choose(V.person, chat);
  };
  ask({ title: T("forwardTo"), ok: T("close"), cancel: false, body: chatsOf(V.person).map((chat) => el("button", { class: "choice", type: "button", onclick: () => go(chat) }, avatar(titleOf(chat), chatColor(chat)), titleOf(chat))) });
}

function attachMenu() {
  popup([
    ["photo", T("photo"), () => pick("image/png,image/jpeg,image/gif", "photo")],
    ["file", T("file"), () => pick("", "document")],
    ["mic", T("voice"), attachVoice],
    ["person", T("contact"), attachContact],
    ["pin", T("location"), attachLocation],
    ["forward", T("forwarded"), attachForward],
  ], $("attach").getBoundingClientRect());
}

function pick(accept, kind) {
  const input = $("pick");
  input.accept = accept;
  input.multiple = true;
  input.value = "";
  input.onchange = () => attachFiles([...input.files], kind);
  input.click();
}

async function attachFiles(files, kind) {
  if (!files.length) return;
  const pictures = files.every((f) => /^image\/(png|jpeg|gif)$/.test(f.type));
  const previews = pictures ? files.slice(0, 1).map((f) => el("img", { class: "preview", alt: "", src: URL.createObjectURL(f) })) : [];
  const tick = pictures && el("label", { class: "tick" }, el("input", { type: "checkbox", name: "plain", checked: kind !== "photo" }), T("asFile"));
  const got = await ask({ title: T(pictures ? "photo" : "file"), ok: T("send"), body: [...previews, el("p", {}, files.map((f) => `${f.name}, ${bytes(f.size)}`).join("\n")), tick, field(T("caption"), "caption", { maxlength: 1024 })].filter(Boolean) });
  for (const p of previews) URL.revokeObjectURL(p.src);
  if (!got) return;
  const album = files.length > 1 ? "page" + crypto.randomUUID() : "";
  for (const [i, f] of files.entries()) await upload(f, pictures && !got.plain ? "photo" : "document", { caption: i ? "" : got.caption, album });
}

function upload(file, kind, more = {}) {
  const form = new FormData();
  const fields = { person: V.person, chat: V.chat, kind, reply_to: V.reply || "", ...more };
  for (const [k, v] of Object.entries(fields)) form.append(k, v);
  form.append("file", file);
  V.reply = 0;
  drawComposer();
  return post("file", form, true);
}

async function attachVoice() {
  let recorder;
  const record = el("button", { class: "choice", type: "button", onclick: async () => {
    if (recorder) { recorder.stop(); return; }
    const begun = Date.now();
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
    if (!stream) { toast(T("micFailed")); $("dialog").close(); return; }
    recorder = new MediaRecorder(stream);
    const parts = [];
    recorder.ondataavailable = (e) => parts.push(e.data);
    recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      $("dialog").close();
      const type = recorder.mimeType.split(";")[0];
      upload(new File(parts, "voice", { type }), "voice", { seconds: Math.max(1, Math.round((Date.now() - begun) / 1000)) });
    };
    recorder.start();
    record.lastChild.textContent = T("stop");
  } }, icon("mic"), el("span", {}, T("record")));
  const choice = (name, words, act) => el("button", { class: "choice", type: "button", onclick: () => { $("dialog").close(); act(); } }, icon(name), words);
  ask({ title: T("voice"), ok: T("close"), cancel: false, body: [
    choice("play", T("made"), () => upload(tone(7), "voice", { seconds: 7 })), record,
    choice("file", T("pickAudio"), () => { pick("audio/*", "voice"); $("pick").multiple = false; $("pick").onchange = () => upload($("pick").files[0], "voice", { seconds: 10 }); }),
  ] });
}

// tone makes a WAV of soft beeps, so that a made-up voice note can be played.
function tone(length) {
  const rate = 8000;
  const n = rate * length;
  const data = new DataView(new ArrayBuffer(44 + n));
  const ascii = (at, s) => [...s].forEach((c, i) => data.setUint8(at + i, c.charCodeAt(0)));
  ascii(0, "RIFF"); data.setUint32(4, 36 + n, true); ascii(8, "WAVEfmt "); data.setUint32(16, 16, true); data.setUint16(20, 1, true); data.setUint16(22, 1, true);
  data.setUint32(24, rate, true); data.setUint32(28, rate, true); data.setUint16(32, 1, true); data.setUint16(34, 8, true); ascii(36, "data"); data.setUint32(40, n, true);
  for (let i = 0; i < n; i++) data.setUint8(44 + i, 128 + 40 * Math.sin(i * 0.35 * (1 + (Math.floor(i / 2000) % 5) / 8)) * Math.max(0, Math.sin(i / 640)));
  return new File([data.buffer], "voice.wav", { type: "audio/wav" });
}

async function attachContact() {
  const got = await ask({ title: T("contact"), ok: T("send"), body: [
    field(T("firstName"), "first_name", { required: true, value: "Ирина" }), field(T("lastName"), "last_name", { value: "Ковалёва" }), field(T("phoneNumber"), "phone_number", { required: true, type: "tel", value: "+79261234567" })] });
  if (got) post("contact", { person: V.person, chat: V.chat, contact: got });
}

async function attachLocation() {
  const cities = el("select", { name: "city", onchange: (e) => { const at = CITIES[e.target.value]; const form = $("dialog-form"); form.latitude.value = at[0]; form.longitude.value = at[1]; } }, Object.keys(CITIES).map((c) => el("option", {}, c)));
  const got = await ask({ title: T("location"), ok: T("send"), body: [el("label", {}, T("city"), cities),
    field(T("latitude"), "latitude", { type: "number", step: "any", min: -90, max: 90, required: true, value: CITIES["Москва"][0] }), field(T("longitude"), "longitude", { type: "number", step: "any", min: -180, max: 180, required: true, value: CITIES["Москва"][1] })] });
  if (got) post("location", { person: V.person, chat: V.chat, location: { latitude: Number(got.latitude), longitude: Number(got.longitude) } });
}

async function attachForward() {
  const got = await ask({ title: T("forwarded"), ok: T("send"), body: [
    field(T("forwardedFrom"), "name", { required: true, value: "Ирина К." }), field(T("forwardedDate"), "date", { type: "datetime-local", required: true, value: S.clock.now.slice(0, 16) }),
    field(T("forwardedText"), "text", { required: true, rows: 3 }, "textarea"), el("label", { class: "tick" }, el("input", { type: "checkbox", name: "hidden", checked: true }), T("forwardedHidden"))] });
  if (!got) return;
  const offset = S.clock.now.slice(19).replace(/^\.\d+/, "");
  say(got.text, { forward: { name: got.name, date: `${got.date}:00${offset}`, person: got.hidden ? 0 : 7_000_000_000 + [...got.name].reduce((sum, c) => sum * 31 % 999_983 + c.codePointAt(0), 7) } });
}

function chatMenu() {
  const isPrivate = V.chat === V.person;
  popup([
    isPrivate && ["link", T("deepLink"), deepLink],
    ["load", T("saveChat"), () => $("save").click()],
    isPrivate && (person().blocked ? ["block", T("unblock"), () => post("block", { person: V.person, on: false })] : ["block", T("block"), () => post("block", { person: V.person, on: true }), "bad"]),
  ], $("chat-menu").getBoundingClientRect());
}

async function deepLink() {
  const got = await ask({ title: T("deepLink"), ok: T("start"), body: [el("p", { class: "link" }, `t.me/${S.bot.username}?start=…`), field(T("parameter"), "start", { required: true, pattern: ".*[A-Za-z0-9_\\-]+", value: query.get("start") || "" })] });
  if (got) say("/start " + got.start.trim().replace(/^.*[?&]start=/, ""));
}

async function moveClock(body) {
  const bar = document.querySelector(".clock");
  bar.classList.add("busy");
  const clock = await post("clock", body);
  bar.classList.remove("busy");
  if (clock) { S.clock = clock; drawClock(); drawSide(); drawList(); }
}

async function setClock() {
  const got = await ask({ title: T("moment"), ok: T("move"), body: [field(S.clock.zone, "to", { type: "datetime-local", required: true, value: S.clock.now.slice(0, 16) })] });
  if (got) moveClock({ to: got.to });
}

// --- fingers and keys ---

// swipe lets a message be dragged left to reply, and held for its menu where the browser has no such event.
function swipe(node, m) {
  let start = null;
  let hold;
  node.addEventListener("touchstart", (e) => {
    start = { x: e.touches[0].clientX, y: e.touches[0].clientY, dx: 0 };
    hold = setTimeout(() => { if (start && !start.dx) messageMenu(m, { left: start.x, right: start.x, top: start.y, bottom: start.y }); }, 550);
  }, { passive: true });
  node.addEventListener("touchmove", (e) => {
    if (!start) return;
    const dx = e.touches[0].clientX - start.x;
    if (Math.abs(e.touches[0].clientY - start.y) > 12 || Math.abs(dx) > 6) clearTimeout(hold);
    start.dx = dx < -10 ? Math.max(dx, -80) : 0;
    node.style.translate = `${start.dx}px 0`;
  }, { passive: true });
  const end = () => {
    clearTimeout(hold);
    node.style.translate = "";
    if (start && start.dx < -50) startReply(m);
    start = null;
  };
  node.addEventListener("touchend", end);
  node.addEventListener("touchcancel", end);
}

function grow() {
  const t = $("text");
  t.style.height = "auto";
  t.style.height = t.scrollHeight + "px";
}

function keyInText(e) {
  const shown = commandsShown();
  if (shown.length && ["ArrowDown", "ArrowUp", "Tab"].includes(e.key)) {
    e.preventDefault();
    if (e.key === "Tab") { $("text").value = "/" + shown[chosenCommand].command + " "; grow(); drawComposer(); return; }
    chosenCommand = (chosenCommand + (e.key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length;
    drawCommands();
    return;
  }
  if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
    e.preventDefault();
    if (shown.length && V.commandsOpen) { $("commands").children[chosenCommand].click(); return; }
    send();
  }
  if (e.key === "Escape") { if (V.editing) { $("text").value = ""; grow(); } Object.assign(V, { reply: 0, editing: 0, commandsOpen: false }); drawComposer(); }
  if (e.key === "ArrowUp" && !$("text").value.trim()) {
    const mine = list(V.chat).findLast((m) => m.from === V.person && m.kind === "text" && !m.forward);
    if (mine) { e.preventDefault(); V.editing = mine.id; $("text").value = mine.text; grow(); drawComposer(); }
  }
}

function listen() {
  $("text").addEventListener("input", () => { V.commandsOpen = false; grow(); drawComposer(); });
  $("text").addEventListener("keydown", keyInText);
  $("text").addEventListener("paste", (e) => { if (e.clipboardData.files.length) { e.preventDefault(); attachFiles([...e.clipboardData.files], "photo"); } });
  $("send").addEventListener("click", send);
  $("send").addEventListener("pointerdown", (e) => e.preventDefault()); // a phone's keyboard stays open
  $("menu-button").addEventListener("click", () => { V.commandsOpen = !V.commandsOpen && !commandsShown().length; if (V.commandsOpen) $("text").value = ""; drawComposer(); $("text").focus(); });
  $("attach").addEventListener("click", attachMenu);
  $("chat-menu").addEventListener("click", chatMenu);
  $("quote-close").addEventListener("click", () => { if (V.editing) { $("text").value = ""; grow(); } Object.assign(V, { reply: 0, editing: 0 }); drawComposer(); });
  $("start").addEventListener("click", () => say(query.get("start") ? "/start " + query.get("start") : "/start"));
  $("unblock").addEventListener("click", () => post("block", { person: V.person, on: false }));
  $("back").addEventListener("click", () => $("app").classList.add("in-list"));
  $("to-end").addEventListener("click", () => { $("scroll").scrollTo({ top: $("scroll").scrollHeight, behavior: "smooth" }); });
  $("scroll").addEventListener("scroll", () => { V.stick = atEnd(); markSeen(); });
  $("language").addEventListener("click", () => { V.language = V.language === "ru" ? "en" : "ru"; localStorage.setItem("language", V.language); V.nodes.clear(); V.frames.clear(); draw(); });
  $("set-clock").addEventListener("click", setClock);
  for (const b of document.querySelectorAll("[data-minutes]")) b.addEventListener("click", () => moveClock({ minutes: Number(b.dataset.minutes) }));
  for (const b of document.querySelectorAll("[data-to]")) b.addEventListener("click", () => moveClock({ to: b.dataset.to }));
  $("dialog-cancel").addEventListener("click", () => $("dialog").close());
  $("dialog-ok").value = "ok";
  $("viewer").addEventListener("click", () => $("viewer").close());
  document.addEventListener("pointerdown", (e) => { if (!e.target.closest("#popup")) $("popup").hidden = true; }, true);
  document.addEventListener("visibilitychange", markSeen);
  addEventListener("resize", () => { if (V.stick) $("scroll").scrollTop = $("scroll").scrollHeight; });
  const chat = $("chat");
  chat.addEventListener("dragover", (e) => { if ([...e.dataTransfer.types].includes("Files")) { e.preventDefault(); $("drop").hidden = false; } });
  chat.addEventListener("dragleave", (e) => { if (!chat.contains(e.relatedTarget)) $("drop").hidden = true; });
  chat.addEventListener("drop", (e) => { e.preventDefault(); $("drop").hidden = true; attachFiles([...e.dataTransfer.files], "photo"); });
}

// --- what happens ---

const typingTimers = {};
function showAction(chat, action) {
  clearTimeout(typingTimers[chat]);
  if (action) V.typing[chat] = action; else delete V.typing[chat];
  if (action) typingTimers[chat] = setTimeout(() => showAction(chat, ""), 5000);
  if (chat === V.chat) drawTop();
}

function upsert(m) {
  const all = list(m.chat);
  const i = all.findIndex((x) => x.id === m.id);
  if (i >= 0) all[i] = m; else all.push(m);
}

const HANDLERS = {
  message(e) {
    upsert(e.message);
    if (e.message.bot) showAction(e.chat, "");
    const p = S.people.find((x) => x.id === e.chat);
    if (p && e.message.from === p.id) p.started = true;
    if (e.chat === V.chat && e.message.from !== V.person) $("live").textContent = `${e.message.author}: ${summary(e.message)}`;
  },
  edited(e) { upsert(e.message); },
  pinned(e) { upsert(e.message); },
  reaction(e) { upsert(e.message); },
  read(e) { const m = find(e.chat, e.message_id); if (m) m.read = true; },
  deleted(e) { S.messages[e.chat] = list(e.chat).filter((m) => m.id !== e.message_id); },
  answer(e) {
    (V.answered ||= new Set()).add(e.query);
    unspin(e.query);
    if (e.person !== V.person) return;
    if (e.url) openLink(e.url);
    if (e.text && e.alert) ask({ title: S.bot.name, body: [el("p", {}, e.text)], cancel: false });
    else if (e.text) toast(e.text);
  },
  action(e) { showAction(e.chat, e.text); },
  blocked(e) { S.people.find((p) => p.id === e.person).blocked = true; },
  unblocked(e) { S.people.find((p) => p.id === e.person).blocked = false; },
};
const RELOADS = ["menu", "joined", "left", "migrated"];

let waiting = [];
function happened(e) {
  waiting.push(e);
  if (waiting.length === 1) setTimeout(settle, 15);
}
function settle() {
  const events = waiting;
  waiting = [];
  V.stick = atEnd();
  for (const e of events) HANDLERS[e.kind]?.(e);
  drawSide();
  drawTop();
  drawList();
  drawComposer();
  if (events.some((e) => RELOADS.includes(e.kind))) load();
}

async function load() {
  S = await (await fetch("/api/state")).json();
  for (const chat of Object.keys(S.messages)) S.messages[chat] ||= [];
  const known = person() && chatsOf(V.person).includes(V.chat);
  if (!known && S.people.length) Object.assign(V, { person: S.people[0].id, chat: S.people[0].id });
  draw();
}

async function begin() {
  document.body.classList.toggle("phone", query.has("phone"));
  V.seen = JSON.parse(sessionStorage.getItem("seen") || "{}");
  S = await (await fetch("/api/state")).json();
  V.language = localStorage.getItem("language") || (S.language === "en" ? "en" : "ru");
  V.person = Number(query.get("person")) || S.people[0]?.id || 0;
  if (!person()) V.person = S.people[0]?.id || 0;
  V.chat = Number(query.get("chat")) || V.person;
  if (!V.person) { document.body.textContent = S.bot.name; return; }
  if (!chatsOf(V.person).includes(V.chat)) V.chat = V.person;
  listen();
  draw();
  drawList(true);
  drawSide();
  document.body.classList.add("ready");
  $("text").focus({ preventScroll: true });
  const stream = new EventSource(`/api/stream?after=${S.last}`);
  stream.onmessage = (e) => happened(JSON.parse(e.data));
  stream.addEventListener("clock", (e) => { const day = S.clock.now.slice(0, 10); S.clock = JSON.parse(e.data); drawClock(); if (day !== S.clock.now.slice(0, 10)) { drawSide(); drawList(); } });
}

begin();
