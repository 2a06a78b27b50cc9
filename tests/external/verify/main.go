// Verify checks a served log, or a .tlog-proof, with golang.org/x/mod alone. It shares no code with Zeren.
//
//	verify log URL VKEY      the checkpoint, every tile and every entry of the log at URL
//	verify proof FILE VKEY   a tlog-proof whose extra data is the entry
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height  = 8
	width   = 1 << height
	maxBody = 64 << 20
)

func main() {
	if len(os.Args) != 4 {
		fatal(errors.New("usage: verify log URL VKEY | verify proof FILE VKEY"))
	}
	check := map[string]func(string, note.Verifier) (string, error){"log": checkLog, "proof": checkProof}[os.Args[1]]
	if check == nil {
		fatal(fmt.Errorf("unknown command %q", os.Args[1]))
	}
	verifier, err := note.NewVerifier(os.Args[3])
	if err != nil {
		fatal(err)
	}
	said, err := check(os.Args[2], verifier)
	if err != nil {
		fatal(err)
	}
	fmt.Println(said)
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "verify:", err)
	os.Exit(1)
}

// openCheckpoint gives the tree of a signed checkpoint. The origin must be the name of the key.
func openCheckpoint(signed []byte, verifier note.Verifier) (tlog.Tree, error) {
	var tree tlog.Tree
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("no checkpoint of %s: %q", verifier.Name(), opened.Text)
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || tree.N < 0 || strconv.FormatInt(tree.N, 10) != lines[1] {
		return tree, fmt.Errorf("no size: %q", lines[1])
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// served reads tiles over HTTP, each once.
type served struct {
	url  string
	seen map[string][]byte
}

func (s *served) get(path string) ([]byte, error) {
	if data, ok := s.seen[path]; ok {
		return data, nil
	}
	answer, err := http.Get(s.url + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxBody))
	if err == nil {
		s.seen[path] = data
	}
	return data, err
}

// tilePath is the path of C2SP tlog-tiles, which has no height: x/mod writes tile/8/0/001, C2SP /tile/0/001.
func tilePath(tile tlog.Tile) string {
	return "/tile/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tile.H))
}

func entriesPath(tile tlog.Tile) string {
	return "/tile/entries/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/0/", tile.H))
}

func (s *served) Height() int { return height }

func (s *served) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		data, err := s.get(tilePath(tile))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (s *served) SaveTiles([]tlog.Tile, [][]byte) {}

func splitEntries(bundle []byte) ([][]byte, error) {
	var entries [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
			return nil, errors.New("a bundle of entries ends too early")
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		entries = append(entries, bundle[2:end])
		bundle = bundle[end:]
	}
	return entries, nil
}

// checkLog proves every entry to be in the tree of the checkpoint, and grows that tree again from the entries alone.
func checkLog(url string, verifier note.Verifier) (string, error) {
	source := &served{url: strings.TrimSuffix(url, "/"), seen: map[string][]byte{}}
	signed, err := source.get("/checkpoint")
	if err != nil {
		return "", err
	}
	tree, err := openCheckpoint(signed, verifier)
	if err != nil {
		return "", err
	}
	authentic := tlog.TileHashReader(tree, source)
	var grown []tlog.Hash
	stored := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indexes {
			found = append(found, grown[index])
		}
		return found, nil
	})
	for first := int64(0); first < tree.N; first += width {
		tile := tlog.Tile{H: height, L: 0, N: first / width, W: int(min(width, tree.N-first))}
		bundle, err := source.get(entriesPath(tile))
		if err != nil {
			return "", err
		}
		entries, err := splitEntries(bundle)
		if err != nil || len(entries) != tile.W {
			return "", fmt.Errorf("entries from %d on: %d of %d: %v", first, len(entries), tile.W, err)
		}
		for at, entry := range entries {
			index := first + int64(at)
			proof, err := tlog.ProveRecord(tree.N, index, authentic)
			if err != nil {
				return "", err
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
				return "", fmt.Errorf("entry %d: %w", index, err)
			}
			more, err := tlog.StoredHashes(index, entry, stored)
			if err != nil {
				return "", err
			}
			grown = append(grown, more...)
		}
	}
	root, err := tlog.TreeHash(tree.N, stored)
	if err != nil {
		return "", err
	}
	if root != tree.Hash {
		return "", errors.New("the entries do not make up the tree of the checkpoint")
	}
	return fmt.Sprintf("%s: %d entries, all in the signed tree %s", verifier.Name(), tree.N, tree.Hash), nil
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

// checkProof checks a C2SP tlog-proof@v1.
func checkProof(file string, verifier note.Verifier) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	head, signed, found := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return "", errors.New("no tlog-proof with extra data")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return "", err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return "", err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return "", err
		}
		proof = append(proof, hash)
	}
	tree, err := openCheckpoint(signed, verifier)
	if err != nil {
		return "", err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s: entry %d of %d is %s", verifier.Name(), index, tree.N, entry), nil
}
