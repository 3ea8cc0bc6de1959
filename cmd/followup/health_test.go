package main

import (
	"net"
	"net/http"
	"strings"
	"testing"
)

// What serve tells about itself over HTTP is right at work and tells nothing of people.
func TestHealth(t *testing.T) {
	v := newTown(t, "team Север\nperson Игорь owner Север ru\nclient Ромашка | manager Игорь\n")
	free, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	serve := launch(t, append(v.env, "FOLLOWUP_LISTEN="+addr), "serve")
	await(t, "ready", func() bool { code, _ := get(t, addr, "/readyz"); return code == http.StatusOK })
	if _, err := v.box.Say(v.people[0].Telegram, v.people[0].Telegram, "звонок ромашке: ждут кп"); err != nil {
		t.Fatal(err)
	}
	await(t, "an answer", func() bool { return len(v.box.Messages(v.people[0].Telegram)) > 1 })
	await(t, "the update in the metrics", func() bool {
		_, body := get(t, addr, "/metrics")
		return strings.Contains(body, "\nfollowup_updates_handled_total 1\n")
	})
	for path, want := range map[string]string{
		"/healthz": `"ok":true`, "/readyz": `"database_writes":true,"heartbeat":true,"telegram":true`, "/metrics": "followup_last_beat_seconds",
	} {
		code, body := get(t, addr, path)
		if code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", path, code, body)
		}
		if strings.Contains(body, "Ромашка") || strings.Contains(body, stageToken) {
			t.Errorf("%s tells too much", path)
		}
	}
	v.box.Close() // Telegram is gone
	if code, _ := get(t, addr, "/healthz"); code != http.StatusOK {
		t.Error("without Telegram the program counts as dead:", code)
	}
	serve.stop(t)
}
