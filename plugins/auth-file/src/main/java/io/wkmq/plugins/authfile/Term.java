package io.wkmq.plugins.authfile;

import java.util.List;

/** An Erlang term, of the kinds used in acl.conf, with its position. */
sealed interface Term {
    /** Returns the position where it starts. */
    Position at();

    /** A word such as {@code allow} or {@code 'and'}. */
    record Atom(Position at, String name) implements Term {}

    /** A string in double quotes, without the quotes. */
    record Text(Position at, String value) implements Term {}

    /** Terms in braces. */
    record Tuple(Position at, List<Term> elements) implements Term {
        /** Returns whether it has the given size and starts with the given word. */
        boolean is(String first, int size) {
            return elements.size() == size
                    && elements.get(0) instanceof Atom atom
                    && atom.name().equals(first);
        }
    }

    /** Terms in brackets. */
    record Sequence(Position at, List<Term> elements) implements Term {}
}
