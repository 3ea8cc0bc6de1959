-- +goose Up

-- What is written to the search index is merged into it at once.
@merged
