package io.wkmq.cluster.hazelcast.cp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The durable CP state as one value per change that is still needed. Determines which change replaces which, both for the state to be
 * restored and for the positions on disk. Confined to one thread.
 *
 * @param <V> the value associated with a change
 */
final class CpSlots<V> {
    /** The state of one group. */
    static final class Group<V> {
        private @Nullable V initialMembers;
        private @Nullable V term;
        private @Nullable V snapshot;
        private final NavigableMap<Long, V> entries = new TreeMap<>();

        /** Entries up to this index are not needed. */
        private long floor;

        @Nullable
        V initialMembers() {
            return initialMembers;
        }

        @Nullable
        V term() {
            return term;
        }

        @Nullable
        V snapshot() {
            return snapshot;
        }

        /** Returns the entries by index: those after the snapshot, and as many before it as the slots keep. */
        NavigableMap<Long, V> entries() {
            return entries;
        }
    }

    /** The state of the member itself, by kind of change. */
    private final Map<Class<? extends CpChange>, V> own = new LinkedHashMap<>();

    private final Map<CpGroup, Group<V>> groups = new LinkedHashMap<>();
    private final int keptBefore;
    private final Consumer<V> onDropped;

    /**
     * Creates empty slots.
     *
     * @param keptBefore how many entries before a group's snapshot are needed
     * @param onDropped receives each value that is no longer needed
     */
    CpSlots(int keptBefore, Consumer<V> onDropped) {
        this.keptBefore = keptBefore;
        this.onDropped = onDropped;
    }

    Map<CpGroup, Group<V>> groups() {
        return groups;
    }

    /** Returns the value of the last change of a kind that concerns the member itself. */
    @Nullable
    V own(Class<? extends CpChange> kind) {
        return own.get(kind);
    }

    /** Returns the value of the change that occupies the slot of the given one. */
    @Nullable
    V at(CpChange change) {
        if (!(change instanceof CpChange.OfGroup ofGroup)) {
            return own.get(change.getClass());
        }
        Group<V> group = groups.get(ofGroup.group());
        if (group == null) {
            return null;
        }
        if (change instanceof CpChange.Entry entry) {
            return group.entries.get(entry.index());
        }
        if (change instanceof CpChange.Snapshot) {
            return group.snapshot;
        }
        return change instanceof CpChange.Term ? group.term : group.initialMembers;
    }

    /** Returns the value of an entry of a group. */
    @Nullable
    V entry(CpGroup id, long index) {
        Group<V> group = groups.get(id);
        return group == null ? null : group.entries.get(index);
    }

    /** Applies a change. The value is kept for as long as the change is needed. */
    void apply(CpChange change, V value) {
        if (change instanceof CpChange.OfGroup ofGroup) {
            applyToGroup(ofGroup, value);
        } else if (change instanceof CpChange.Reset) {
            own.values().forEach(onDropped);
            own.clear();
            groups.values().forEach(this::drop);
            groups.clear();
        } else {
            drop(own.put(change.getClass(), value));
        }
    }

    private void applyToGroup(CpChange.OfGroup change, V value) {
        if (change instanceof CpChange.Removal) {
            Group<V> removed = groups.remove(change.group());
            if (removed != null) {
                drop(removed);
            }
            return;
        }
        Group<V> group = groups.computeIfAbsent(change.group(), unused -> new Group<>());
        if (change instanceof CpChange.Entry entry) {
            // a rewritten entry may come behind its snapshot
            drop(entry.index() > group.floor ? group.entries.put(entry.index(), value) : value);
        } else if (change instanceof CpChange.Truncation truncation) {
            drop(group.entries.tailMap(truncation.from(), true));
        } else if (change instanceof CpChange.Snapshot snapshot) {
            drop(group.snapshot);
            group.snapshot = value;
            group.floor = snapshot.index() - keptBefore;
            drop(group.entries.headMap(group.floor, true));
        } else if (change instanceof CpChange.Term) {
            drop(group.term);
            group.term = value;
        } else {
            drop(group.initialMembers);
            group.initialMembers = value;
        }
    }

    private void drop(Group<V> group) {
        drop(group.initialMembers);
        drop(group.term);
        drop(group.snapshot);
        drop(group.entries);
    }

    private void drop(Map<Long, V> entries) {
        entries.values().forEach(onDropped);
        entries.clear();
    }

    private void drop(@Nullable V value) {
        if (value != null) {
            onDropped.accept(value);
        }
    }
}
