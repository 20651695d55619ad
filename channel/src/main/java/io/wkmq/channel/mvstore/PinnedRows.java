package io.wkmq.channel.mvstore;

import java.io.IOException;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.RootReference;
import org.jspecify.annotations.Nullable;

/** A snapshot of a group's rows. Thread-safe. Must be closed: it takes space on disk until then. */
public final class PinnedRows implements AutoCloseable {
    private final NodeTable table;
    private final int group;
    private final byte @Nullable [] state;
    private final MVStore.TxCounter usage;
    private final RootReference<Long, byte[]> root;
    private boolean closed;

    PinnedRows(
            NodeTable table,
            int group,
            byte @Nullable [] state,
            MVStore.TxCounter usage,
            RootReference<Long, byte[]> root) {
        this.table = table;
        this.group = group;
        this.state = state;
        this.usage = usage;
        this.root = root;
    }

    /** Returns the state of the group; null if it had no rows yet. */
    public byte @Nullable [] state() {
        return state;
    }

    /**
     * Reads rows of channels, ordered by channel number.
     *
     * @param from the first channel number wanted
     * @param most the maximum number of rows
     */
    public synchronized void channels(int from, int most, NodeTable.Rows rows) throws IOException {
        if (closed) {
            throw new IOException("The rows of group " + group + " are not kept any more");
        }
        table.channels(root, group, from, most, rows);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            table.unpin(usage);
        }
    }
}
