package io.wkmq.routing;

import java.util.ArrayDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A walk through the values of a {@link TopicIndex} whose topics match a filter, that may pause after each of them for as
 * long as its reader likes. Belongs to one thread at a time; never blocks, whatever is changed meanwhile. A topic that is
 * there during the whole walk is met exactly once, with the value it has at that moment; one that comes or goes meanwhile may
 * be missed, but what is gone is never returned. Keeps one entry per place on the way, not a list of what is to come.
 *
 * @param <V> the values
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

    /** The next value, or null if there is none left. Passes any number of topics that do not match: for tests and tools. */
    public @Nullable V next() {
        V value = null;
        while (value == null && !done()) {
            value = next(Integer.MAX_VALUE);
        }
        return value;
    }

    /**
     * The next value, looked for in a bounded number of steps of about a microsecond, so that an event loop can go on with
     * something else: a filter like {@code +/+/x} may have to pass a million topics before one matches.
     *
     * @return the value, or null if it was not found in so many steps; go on unless {@link #done()}
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

    /** Whether the walk has come to its end. */
    public boolean done() {
        return frames.isEmpty();
    }

    /**
     * Goes on from a child whose level text starts at {@code from} in its key, where the filter is at {@code position}. Goes
     * down as long as there is one way, and leaves a frame where there are more.
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

    /** The value that the topic of a value found has now: the walk may be in a part of the tree that has been replaced. */
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
