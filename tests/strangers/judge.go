// Go's own log and note packages, asked about trees and notes that this project made.
//
// Standard input is one JSON object, standard output another. The packages are those that Go uses
// for its module checksums; they have never heard of us.
package main

import (
	"crypto/ed25519"
	"encoding/json"
	"log"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	Records     [][]byte   // what is logged, in order
	Inclusion   [][2]int64 // pairs of tree size and index
	Consistency [][2]int64 // pairs of new and old size
	Name        string     // of the key that signs the notes
	Key         []byte
	Notes       []string
}

type answer struct {
	Roots       []tlog.Hash // by tree size, from 0
	Inclusion   [][]tlog.Hash
	Consistency [][]tlog.Hash
	Notes       []string // "" where the note is good, else what is wrong with it
	Unverified  []int    // signatures by keys that nobody named
}

func main() {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		log.Fatal(err)
	}
	var said answer
	trees(asked, &said)
	notes(asked, &said)
	if err := json.NewEncoder(os.Stdout).Encode(said); err != nil {
		log.Fatal(err)
	}
}

func trees(asked question, said *answer) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	for size := int64(0); ; size++ {
		root, err := tlog.TreeHash(size, reader)
		if err != nil {
			log.Fatal(err)
		}
		said.Roots = append(said.Roots, root)
		if size == int64(len(asked.Records)) {
			break
		}
		added, err := tlog.StoredHashes(size, asked.Records[size], reader)
		if err != nil {
			log.Fatal(err)
		}
		stored = append(stored, added...)
	}
	for _, pair := range asked.Inclusion {
		proof, err := tlog.ProveRecord(pair[0], pair[1], reader)
		if err != nil {
			log.Fatal(err)
		}
		said.Inclusion = append(said.Inclusion, proof)
	}
	for _, pair := range asked.Consistency {
		proof, err := tlog.ProveTree(pair[0], pair[1], reader)
		if err != nil {
			log.Fatal(err)
		}
		said.Consistency = append(said.Consistency, proof)
	}
}

func notes(asked question, said *answer) {
	if len(asked.Notes) == 0 {
		return
	}
	text, err := note.NewEd25519VerifierKey(asked.Name, ed25519.PublicKey(asked.Key))
	if err != nil {
		log.Fatal(err)
	}
	verifier, err := note.NewVerifier(text)
	if err != nil {
		log.Fatal(err)
	}
	for _, one := range asked.Notes {
		wrong, unverified := "", 0
		opened, err := note.Open([]byte(one), note.VerifierList(verifier))
		if err != nil {
			wrong = err.Error()
		} else {
			unverified = len(opened.UnverifiedSigs)
		}
		said.Notes = append(said.Notes, wrong)
		said.Unverified = append(said.Unverified, unverified)
	}
}
