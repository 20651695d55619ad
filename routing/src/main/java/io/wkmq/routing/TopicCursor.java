package io.wkmq.routing;

import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An iteration over the values of a {@link TopicIndex} whose topics match a filter, which may pause after each value for any time.
 * Belongs to one thread at a time; never blocks, whatever is changed meanwhile. A topic that exists during the whole iteration is
 * returned exactly once, with the value it has at that moment. One that is added or removed meanwhile may be missed, but removed
 * values are never returned. Keeps one entry per branch on the path, not a list of pending values.
 *
 * @param <V> the type of the values
 */
public final class TopicCursor<V> {
    private final LevelTree<V> tree;
    private final Function<? super V, TopicName> topicOf;
    private final byte[] filter;
    private final boolean skipsReserved;
    private final ArrayDeque<Frame> frames = new ArrayDeque<>(4);

    TopicCursor(LevelTree<V> tree, Function<? super V, TopicName> topicOf, TopicFilter filter) {
        this.tree = tree;
        this.topicOf = topicOf;
        this.filter = filter.utf8();
        this.skipsReserved = filter.startsWithWildcard();
        if (tree.size() > 0) {
            frames.push(new Frame(new Object[] {tree.root()}, 0, 0));
        }
    }

    /** Returns the next value, or null if there is none. May skip any number of topics that do not match: for tests and tools. */
    public @Nullable V next() {
        V value = null;
        while (value == null && !done()) {
            value = next(Integer.MAX_VALUE);
        }
        return value;
    }

    /**
     * Returns the next value if it is found within a limited number of steps of about a microsecond each, so that an event loop can
     * do other work in between: a filter like {@code +/+/x} may have to skip a million topics before one matches.
     *
     * @return the value, or null if it was not found within that many steps; call again unless {@link #done()}
     */
    public @Nullable V next(int stepsMax) {
        for (int step = 0; step < stepsMax; step++) {
            Frame frame = frames.peek();
            if (frame == null) {
                return null;
            }
            Object found = frame.next();
            if (found == null) {
                frames.pop();
            } else if (frame.fan()) {
                frames.push(new Frame(found, frame.start, frame.position));
            } else {
                V value = visit(found, frame.start, frame.position);
                if (value != null) {
                    return value;
                }
            }
        }
        return null;
    }

    /** Returns whether the iteration has ended. */
    public boolean done() {
        return frames.isEmpty();
    }

    /**
     * Continues from a child whose level text starts at {@code from} in its key, where the filter is at {@code position}. Descends
     * while there is a single path, and pushes a frame where there are several.
     */
    private @Nullable V visit(Object from, int labelStart, int filterPosition) {
        Children<V> children = tree.children();
        Object child = from;
        int start = labelStart;
        int position = filterPosition;
        if (start == 0 && skipsReserved && reserved(child)) {
            return null; // [MQTT-4.7.2-1]
        }
        while (child instanceof Branch branch) {
            position = Levels.skipFilter(filter, position, branch.key, start, branch.end);
            if (position < 0) {
                return null;
            }
            start = branch.end + 1;
            if (position > filter.length) {
                return current(branch.value);
            }
            if (Levels.wildcard(filter, position, '#')) {
                push(branch, start, position);
                return current(branch.value);
            }
            if (Levels.wildcard(filter, position, '+')) {
                push(branch, start, position);
                return null;
            }
            child = children.find(branch.children, filter, position, Levels.end(filter, position), start);
        }
        return child != null && Levels.matches(filter, position, children.key(child), start) ? current(child) : null;
    }

    private void push(Branch branch, int start, int position) {
        Object table = branch.children;
        if (table != null) {
            frames.push(new Frame(table, start, position));
        }
    }

    private boolean reserved(Object child) {
        byte[] key = tree.children().key(child);
        return key.length > 0 && key[0] == '$';
    }

    /** Returns the current value of a found value's topic: the walk may be in a part of the tree that has been replaced. */
    private @Nullable V current(@Nullable Object found) {
        return found == null
                ? null
                : tree.get(topicOf.apply(tree.children().value(found)).utf8());
    }

    /** A table of {@link Children} that the walk is in. */
    private static final class Frame {
        final int start;
        final int position;
        private final Object table;
        private int index;

        Frame(Object table, int start, int position) {
            this.table = table;
            this.start = start;
            this.position = position;
            this.index = fan() ? 0 : Bucket.first((Object[]) table);
        }

        boolean fan() {
            return table instanceof Fan;
        }

        @Nullable
        Object next() {
            if (table instanceof Fan fan) {
                while (index < fan.length()) {
                    Object below = fan.get(index++);
                    if (below != null) {
                        return below;
                    }
                }
                return null;
            }
            Object[] bucket = (Object[]) table;
            while (index < bucket.length) {
                Object child = Bucket.at(bucket, index++);
                if (child != null) {
                    return child;
                }
            }
            return null;
        }
    }
}
