package io.wkmq.plugins.authfile;

import java.util.List;

/** An Erlang term, as far as acl.conf has them, and where it starts. */
sealed interface Term {
    /** Where it starts. */
    Position at();

    /** A word such as {@code allow} or {@code 'and'}. */
    record Atom(Position at, String name) implements Term {}

    /** A text in double quotes, without them. */
    record Text(Position at, String value) implements Term {}

    /** Terms in braces. */
    record Tuple(Position at, List<Term> elements) implements Term {
        /** Whether it has this many elements and starts with this word. */
        boolean is(String first, int size) {
            return elements.size() == size
                    && elements.get(0) instanceof Atom atom
                    && atom.name().equals(first);
        }
    }

    /** Terms in brackets. */
    record Sequence(Position at, List<Term> elements) implements Term {}
}
