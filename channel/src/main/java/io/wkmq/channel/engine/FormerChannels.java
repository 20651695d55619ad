package io.wkmq.channel.engine;

import io.wkmq.channel.group.ChannelState;
import io.wkmq.channel.group.ChannelState.Position;
import io.wkmq.channel.group.GroupOp.ImportedCursor;
import io.wkmq.channel.group.GroupOp.ImportedKey;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.channel.records.ChannelRecord;
import io.wkmq.channel.records.ReadLimit;
import io.wkmq.channel.records.RecordStore;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.Origin;
import io.wkmq.channel.storage.Aside;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The channels that a node kept alone, in the directory of a {@link LocalEngine}, after it has joined others to keep channels together:
 * opened to be moved, and never changed. One thread at a time; blocks.
 */
public final class FormerChannels implements AutoCloseable {
    private static final String SUFFIX = ".moved";
    private static final String NOBODY = "Nobody reads what is to be moved but who moves it";

    private static final Executor NO_READS = task -> {
        throw new RejectedExecutionException(NOBODY);
    };

    private static final EngineLoop NO_LOOP = new EngineLoop() {
        @Override
        public void execute(Runnable task) {
            throw new RejectedExecutionException(NOBODY);
        }

        @Override
        public void after(long delayMs, Runnable task) {
            throw new RejectedExecutionException(NOBODY);
        }

        @Override
        public long nowMs() {
            return 0;
        }
    };

    private final Disk disk;
    private final Path directory;
    private final LocalStore store;
    private boolean closed;

    /**
     * What a channel has besides its records.
     *
     * @param keys names of messages that were trimmed but are still deduplicated, the oldest first
     */
    record Kept(Position position, List<ImportedKey> keys, List<ImportedCursor> cursors) {}

    private FormerChannels(Disk disk, Path directory, LocalStore store) {
        this.disk = disk;
        this.directory = directory;
        this.store = store;
    }

    /**
     * Opens a directory, and replays its log.
     *
     * @throws io.wkmq.channel.storage.StorageException if another process uses the directory, or its contents are damaged
     * @throws IOException if the disk fails
     */
    public static FormerChannels open(Path directory, LocalOptions options) throws IOException {
        return open(new LocalDisk(), directory, options);
    }

    static FormerChannels open(Disk disk, Path directory, LocalOptions options) throws IOException {
        LocalStore store = LocalStore.openFormer(disk, directory, options, NO_LOOP, NO_READS);
        boolean done = false;
        try {
            for (GroupReplica replica : store.replicas()) {
                replica.pause(); // its rows and files are read directly
            }
            FormerChannels opened = new FormerChannels(disk, directory, store);
            done = true;
            return opened;
        } finally {
            if (!done) {
                store.close();
            }
        }
    }

    /** Returns all channels, sorted by name. */
    List<ChannelDefinition> channels() {
        return store.registry().channels();
    }

    /** Returns the id by which other nodes recognize a channel. */
    Origin origin(ChannelDefinition channel) {
        return new Origin(store.table().salt(), channel.number());
    }

    /** Returns what a channel has besides its records. */
    Kept kept(ChannelDefinition channel) throws IOException {
        ChannelState state = state(channel.number());
        if (state == null) { // declared right before the node stopped
            return new Kept(new Position(1, 1, 0, 0), List.of(), List.of());
        }
        Position position = state.position();
        return new Kept(
                position,
                state.known().stream()
                        .filter(known -> known.seq() < position.first())
                        .toList(),
                state.readers().entrySet().stream()
                        .map(cursor -> new ImportedCursor(
                                cursor.getKey(),
                                cursor.getValue().next(),
                                cursor.getValue().usedMs(),
                                cursor.getValue().reader()))
                        .toList());
    }

    /** Returns the group's state of a channel; null if the group did not know it. */
    @Nullable
    ChannelState state(int channel) throws IOException {
        byte[] row = store.table().channel(store.groupOf(channel), channel);
        return row == null || row.length == 0 ? null : StateCodec.decodeChannel(row);
    }

    /** Opens the records of a channel. */
    void begin(ChannelDefinition channel, Position position) {
        records(channel).begin(channel.number(), position.first(), position.next());
    }

    /** Closes the records of a channel. */
    void end(ChannelDefinition channel) throws IOException {
        records(channel).end(channel.number());
    }

    /** Reads records of an open channel from the given one on; damaged ones are left out. */
    List<ChannelRecord> read(ChannelDefinition channel, long from, ReadLimit limit) throws IOException {
        return records(channel).read(channel.number(), from, limit);
    }

    private RecordStore records(ChannelDefinition channel) {
        return store.records().get(store.groupOf(channel.number()));
    }

    /**
     * Closes the files and renames the directory, so that the node does not find it any more.
     *
     * @return its new path
     */
    Path putAway() throws IOException {
        close();
        Path parent = directory.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException("The directory " + directory + " cannot be renamed; expected one in another");
        }
        Path to = Aside.free(disk, parent.resolve(directory.getFileName() + SUFFIX));
        disk.rename(directory, to);
        disk.syncDirectory(parent);
        return to;
    }

    /** Closes the files. Idempotent. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            store.close();
        }
    }
}
