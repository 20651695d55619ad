package io.wkmq.testing.disk;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * What a {@link DiskRecorder} recorded, and the states that a power loss at any moment might have left. A moment is the index of an event:
 * the events before it have happened. As strict as {@link SimDisk}, except that a name change during a directory sync counts as synced.
 * Immutable once read, hence thread-safe.
 */
public final class DiskRecording {
    private static final int HEADER_BYTES = 40;
    private static final int CHUNK_BYTES = 64 << 10;

    private enum Kind {
        START,
        OPEN,
        WRITE,
        ZEROS,
        TRUNCATE,
        SYNC_BEGIN,
        SYNC,
        SYNC_FAILED,
        SYNC_NAMES,
        RENAME,
        DELETE,
        UNSUPPORTED
    }

    private final List<Event> events = new ArrayList<>();
    private final List<Long> nanos = new ArrayList<>();
    private final Map<String, Integer> names = new HashMap<>();
    private final Map<Integer, Integer> openFiles = new HashMap<>();
    private final Set<Integer> syncing = new HashSet<>();
    private final Map<Integer, byte[]> zeros = new HashMap<>();
    private int files;

    private DiskRecording() {}

    /**
     * Reads a recording.
     *
     * @throws IllegalStateException if it contains an operation that cannot be modelled, such as a write through a mapping
     */
    public static DiskRecording read(Path record) throws IOException {
        DiskRecording recording = new DiskRecording();
        long left = Files.size(record);
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(record), 1 << 20))) {
            while (left >= HEADER_BYTES) {
                ByteBuffer header = ByteBuffer.wrap(in.readNBytes(HEADER_BYTES)).order(ByteOrder.nativeOrder());
                Kind kind = Kind.values()[header.getInt()];
                int nameBytes = header.getInt();
                int dataBytes = header.getInt();
                left -= HEADER_BYTES + nameBytes + dataBytes;
                if (left < 0) {
                    break; // the process was killed while it wrote this record
                }
                int file = header.getInt();
                long time = header.getLong();
                long offset = header.getLong();
                long length = header.getLong();
                String name = new String(in.readNBytes(nameBytes), StandardCharsets.UTF_8);
                byte[] data = kind == Kind.ZEROS ? recording.zeros((int) length) : in.readNBytes(dataBytes);
                recording.take(kind, file, time, offset, name, data);
            }
        }
        return recording;
    }

    private byte[] zeros(int length) {
        return zeros.computeIfAbsent(length, byte[]::new);
    }

    private void take(Kind kind, int inode, long time, long offset, String name, byte[] data) {
        switch (kind) {
            case START -> syncing.clear(); // the pending syncs of a killed process never complete
            case OPEN -> open(inode, time, name);
            case WRITE, ZEROS -> change(Event.write(file(inode), offset, data), time);
            case TRUNCATE -> change(Event.truncate(file(inode), offset), time);
            case SYNC_BEGIN -> syncing.add(openFiles.getOrDefault(inode, -1));
            case SYNC, SYNC_FAILED -> {
                syncing.remove(file(inode));
                add(Event.sync(file(inode), kind == Kind.SYNC), time);
            }
            case SYNC_NAMES -> add(Event.syncNames(), time);
            case RENAME -> {
                String newName = new String(data, StandardCharsets.UTF_8);
                Integer renamed = names.remove(name);
                if (renamed != null) {
                    names.put(newName, renamed);
                    add(Event.rename(name, newName), time);
                }
            }
            case DELETE -> {
                if (names.remove(name) != null) {
                    add(Event.delete(name), time);
                }
            }
            case UNSUPPORTED -> throw new IllegalStateException("The recorder cannot judge " + name);
        }
    }

    private void open(int inode, long time, String name) {
        Integer file = names.get(name);
        if (file == null) {
            file = files++;
            names.put(name, file);
            add(Event.create(file, name), time);
        }
        openFiles.put(inode, file);
    }

    private int file(int inode) {
        Integer file = openFiles.get(inode);
        if (file == null) {
            throw new IllegalStateException("The record knows no open file " + inode);
        }
        return file;
    }

    private void change(Event event, long time) {
        if (syncing.contains(event.file())) {
            throw new IllegalStateException("A file is written while it is synced; nobody knows what is durable then");
        }
        add(event, time);
    }

    private void add(Event event, long time) {
        events.add(event);
        nanos.add(time);
    }

    /** Returns the moment after the last event. */
    public int end() {
        return events.size();
    }

    /** Returns when the event at {@code moment} happened, by {@link System#nanoTime}. */
    public long nanos(int moment) {
        return nanos.get(moment);
    }

    /** Returns the moments at which a process was waiting for the disk: just before each successful file sync completed. */
    public List<Integer> momentsBeforeSyncs() {
        List<Integer> moments = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).kind() == Event.Kind.SYNC) {
                moments.add(i);
            }
        }
        return moments;
    }

    /** Fills a directory with a state that a power loss at {@code moment} might have left. */
    public void crashed(int moment, Loss loss, Random random, Path directory) throws IOException {
        Files.createDirectories(directory);
        CrashState state = new CrashState(events.subList(0, moment), loss, random);
        for (Map.Entry<String, Integer> name : state.names().entrySet()) {
            Path file = directory.resolve(name.getKey());
            Files.createDirectories(file.resolveSibling(""));
            write(state.content(name.getValue()), file);
        }
    }

    private static void write(FileContent content, Path path) throws IOException {
        byte[] zero = new byte[CHUNK_BYTES];
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(content.size());
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int at = 0; at < content.size(); at += CHUNK_BYTES) {
                int count = content.read(ByteBuffer.wrap(chunk), at);
                if (!Arrays.equals(chunk, 0, count, zero, 0, count)) {
                    file.seek(at);
                    file.write(chunk, 0, count);
                }
            }
        }
    }
}
