// Golden writes the vectors of golden.json with golang.org/x/mod: notes, tree heads, proofs, tiles and their paths.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height  = 8
	records = 600
)

type (
	signedNote struct {
		Text, Note string
		Vkeys      []string
	}
	head struct {
		Size int64
		Root string
	}
	inclusion struct {
		Index, Size int64
		Hashes      []string
	}
	consistency struct {
		Old, Size int64
		Hashes    []string
	}
	tile struct {
		Size, Level, Index int64
		Width              int
		Path, Sha256       string
	}
	golden struct {
		Notes       []signedNote
		Heads       []head
		Inclusion   []inclusion
		Consistency []consistency
		Tiles       []tile
		Paths       []tile
	}
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "golden:", err)
		os.Exit(1)
	}
}

// key gives the vkey and the private key, as x/mod writes it, of a name: the seed is the SHA-256 of the name.
func key(name string) (string, string) {
	seed := sha256.Sum256([]byte(name))
	public := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey(name, public)
	check(err)
	id := strings.Split(vkey, "+")[1]
	return vkey, "PRIVATE+KEY+" + name + "+" + id + "+" + base64.StdEncoding.EncodeToString(append([]byte{1}, seed[:]...))
}

func signed(text string, names ...string) signedNote {
	var signers []note.Signer
	var vkeys []string
	for _, name := range names {
		vkey, private := key(name)
		signer, err := note.NewSigner(private)
		check(err)
		signers, vkeys = append(signers, signer), append(vkeys, vkey)
	}
	written, err := note.Sign(&note.Note{Text: text}, signers...)
	check(err)
	return signedNote{text, string(written), vkeys}
}

func encoded(hashes []tlog.Hash) []string {
	list := []string{}
	for _, hash := range hashes {
		list = append(list, hash.String())
	}
	return list
}

func main() {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	for n := int64(0); n < records; n++ {
		more, err := tlog.StoredHashes(n, []byte(fmt.Sprintf("record %d", n)), reader)
		check(err)
		stored = append(stored, more...)
	}
	var out golden
	large := []int64{31, 32, 33, 255, 256, 257, 511, 512, 513, 599, 600}
	var sizes []int64
	for size := int64(1); size <= 9; size++ {
		sizes = append(sizes, size)
	}
	for _, size := range append(append([]int64{}, sizes...), large...) {
		root, err := tlog.TreeHash(size, reader)
		check(err)
		out.Heads = append(out.Heads, head{size, root.String()})
	}
	include := func(index, size int64) {
		proof, err := tlog.ProveRecord(size, index, reader)
		check(err)
		out.Inclusion = append(out.Inclusion, inclusion{index, size, encoded(proof)})
	}
	agree := func(old, size int64) {
		proof, err := tlog.ProveTree(size, old, reader)
		check(err)
		out.Consistency = append(out.Consistency, consistency{old, size, encoded(proof)})
	}
	for _, size := range sizes {
		for index := int64(0); index < size; index++ {
			include(index, size)
			agree(index+1, size)
		}
	}
	for at, size := range large {
		for _, index := range []int64{0, size / 3, size - 1} {
			include(index, size)
		}
		for _, old := range large[:at] {
			agree(old, size)
		}
	}
	for _, each := range []struct {
		size, level, index int64
		width              int
	}{
		{1, 0, 0, 1}, {255, 0, 0, 255}, {256, 0, 0, 256}, {256, 1, 0, 1}, {600, 0, 2, 88}, {600, 0, 1, 256}, {600, 1, 0, 2},
	} {
		at := tlog.Tile{H: height, L: int(each.level), N: each.index, W: each.width}
		data, err := tlog.ReadTileData(at, reader)
		check(err)
		sum := sha256.Sum256(data)
		out.Tiles = append(out.Tiles, tile{each.size, each.level, each.index, each.width, at.Path(), hex.EncodeToString(sum[:])})
	}
	for _, each := range []tlog.Tile{
		{H: height, L: 0, N: 0, W: 256}, {H: height, L: 0, N: 999, W: 1}, {H: height, L: 1, N: 1000, W: 255},
		{H: height, L: 2, N: 1234067, W: 256}, {H: height, L: 63, N: 1 << 40, W: 17},
	} {
		out.Paths = append(out.Paths, tile{Level: int64(each.L), Index: each.N, Width: each.W, Path: each.Path()})
	}
	root, err := tlog.TreeHash(600, reader)
	check(err)
	checkpoint := fmt.Sprintf("log.example/one\n600\n%s\n", root)
	out.Notes = []signedNote{
		signed(checkpoint, "log.example/one"),
		signed(checkpoint, "log.example/one", "witness.example/a"),
		signed("A text with\n\nan empty line.\n", "某人.example"),
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	check(encoder.Encode(out))
}
