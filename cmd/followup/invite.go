package main

import (
	"fmt"

	"followup/scheduler/clock"
	"followup/storage"
	"followup/storage/crm"
)

type inviteCmd struct {
	database
	newcomers
	Role string `enum:"owner,lead,manager" required:"" help:"What the invited person may do: owner, lead or manager."`
	Team string `help:"Name of the team; it is made when there is none of that name."`
	Days int    `default:"7" help:"After how many days the code expires."`
}

// Run prints the code and, when the bot's name is known, its link. It never changes the schema under a running serve: the
// store refuses a database of another version by itself.
func (c *inviteCmd) Run(w *world) (err error) {
	if c.Role != string(crm.Owner) && c.Team == "" {
		return fmt.Errorf("a %s belongs to a team: add --team NAME", c.Role)
	}
	if c.Days < 1 || c.Days > 365 {
		return fmt.Errorf("an invitation holds from 1 to 365 days")
	}
	store, err := openStore(w, c.DB, clock.Real())
	if err != nil {
		return err
	}
	defer closing(&err, store.Close)
	var code, bot string
	err = store.Update(w.ctx, func(tx *storage.Tx) error {
		tx = tx.System()
		team, err := teamNamed(tx, c.Team)
		if err != nil {
			return err
		}
		if bot, err = tx.Setting(botName); err != nil {
			return err
		}
		code, err = tx.CreateInvite(&storage.Invite{
			Role: crm.Role(c.Role), Team: team, Expires: crm.MomentOf(tx.Now().AddDate(0, 0, c.Days)),
		})
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "/start %s\n", code)
	if bot != "" {
		fmt.Fprintf(w.out, "https://t.me/%s?start=%s\n", bot, code)
	} else {
		fmt.Fprintln(w.out, "The link will be shown once serve has run: until then send the bot the line above.")
	}
	return nil
}

// teamNamed finds a team or makes it; an empty name is no team.
func teamNamed(tx *storage.Tx, name string) (int64, error) {
	if name == "" {
		return 0, nil
	}
	team, ok, err := tx.TeamByName(name)
	if err != nil || ok {
		return team.ID, err
	}
	team = crm.Team{Name: name}
	err = tx.SaveTeam(&team)
	return team.ID, err
}
