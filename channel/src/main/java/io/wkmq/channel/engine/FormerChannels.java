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
 * The channels that a node kept alone, in the directory of a {@link LocalEngine}, since it keeps channels together with others: read to be
 * moved, and never changed. One thread at a time; blocks.
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
     * @param keys of messages that are known again and not there any more, the oldest first
     */
    record Kept(Position position, List<ImportedKey> keys, List<ImportedCursor> cursors) {}

    private FormerChannels(Disk disk, Path directory, LocalStore store) {
        this.disk = disk;
        this.directory = directory;
        this.store = store;
    }

    /**
     * Opens a directory, and brings what is in it up to its log.
     *
     * @throws io.wkmq.channel.storage.StorageException if another process uses the directory, or what is there is damaged
     * @throws IOException if the disk does not work
     */
    public static FormerChannels open(Path directory, LocalOptions options) throws IOException {
        return open(new LocalDisk(), directory, options);
    }

    static FormerChannels open(Disk disk, Path directory, LocalOptions options) throws IOException {
        LocalStore store = LocalStore.openFormer(disk, directory, options, NO_LOOP, NO_READS);
        boolean done = false;
        try {
            for (GroupReplica replica : store.replicas()) {
                replica.pause(); // its rows and files are read here
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

    /** All channels, by name. */
    List<ChannelDefinition> channels() {
        return store.registry().channels();
    }

    /** By which other nodes know a channel again. */
    Origin origin(ChannelDefinition channel) {
        return new Origin(store.table().salt(), channel.number());
    }

    /** What a channel has besides its records. */
    Kept kept(ChannelDefinition channel) throws IOException {
        ChannelState state = state(channel.number());
        if (state == null) { // it was declared in the node's last moment
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

    /** What the group of a channel knew of it; null if it knew nothing. */
    @Nullable
    ChannelState state(int channel) throws IOException {
        byte[] row = store.table().channel(store.groupOf(channel), channel);
        return row == null || row.length == 0 ? null : StateCodec.decodeChannel(row);
    }

    /** Begins to read the records of a channel. */
    void begin(ChannelDefinition channel, Position position) {
        records(channel).begin(channel.number(), position.first(), position.next());
    }

    /** Ends that. */
    void end(ChannelDefinition channel) throws IOException {
        records(channel).end(channel.number());
    }

    /** Reads records of a channel that was begun, from that one on; those that are damaged are left out. */
    List<ChannelRecord> read(ChannelDefinition channel, long from, ReadLimit limit) throws IOException {
        return records(channel).read(channel.number(), from, limit);
    }

    private RecordStore records(ChannelDefinition channel) {
        return store.records().get(store.groupOf(channel.number()));
    }

    /**
     * Closes the files, and gives the directory another name: the node does not find it any more.
     *
     * @return where it is now
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

    /** Closes the files. Does nothing if that was done before. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            store.close();
        }
    }
}
