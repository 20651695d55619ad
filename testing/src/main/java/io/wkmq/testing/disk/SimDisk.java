package io.wkmq.testing.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An in-memory disk with a single directory that remembers every write and sync, so that {@link #crashed} can reconstruct what a power loss
 * at any moment might have left. It fails, fills up or hangs on demand. Thread-safe.
 *
 * <p>It is strict where file systems differ: a write is durable only after a sync of its file, a name only after {@link #syncNames}. Name
 * changes are ordered: a power loss keeps a prefix of the unsynced ones.
 */
public final class SimDisk {
    /** The operating system's message for a full disk. */
    public static final String FULL = "No space left on device";

    /** The operating system's message for a broken disk. */
    public static final String BROKEN = "Input/output error";

    private record Fault(String prefix, int after, int times, String text) {}

    private final Map<String, Integer> names = new TreeMap<>();
    private final List<FileContent> files = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final Map<Operation, Fault> faults = new EnumMap<>(Operation.class);
    private long capacity = Long.MAX_VALUE;
    private long bytesRead;

    /** The name prefix of the files whose syncs block, or null. */
    private @Nullable String hanging;

    /** Opens a file for reading and writing; creates it if it does not exist. */
    public synchronized FileChannel open(String name) throws IOException {
        check(Operation.OPEN, name);
        Integer file = names.get(name);
        if (file == null) {
            file = files.size();
            files.add(new FileContent());
            names.put(name, file);
            events.add(Event.create(file, name));
        }
        return new SimFileChannel(this, file);
    }

    /** Returns the names of all files. */
    public synchronized List<String> list() {
        return List.copyOf(names.keySet());
    }

    /** Returns whether a file of that name exists. */
    public synchronized boolean exists(String name) {
        return names.containsKey(name);
    }

    /** Returns the length of a file. */
    public synchronized long size(String name) throws IOException {
        Integer file = names.get(name);
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        return files.get(file).size();
    }

    /** Renames a file, replacing any file with the new name. */
    public synchronized void rename(String from, String to) throws IOException {
        check(Operation.NAME, from);
        Integer file = names.remove(from);
        if (file == null) {
            throw new NoSuchFileException(from);
        }
        names.put(to, file);
        events.add(Event.rename(from, to));
    }

    /** Deletes a file if it exists. */
    public synchronized void delete(String name) throws IOException {
        check(Operation.NAME, name);
        if (names.remove(name) != null) {
            events.add(Event.delete(name));
        }
    }

    /** Makes all name changes durable. */
    public synchronized void syncNames() throws IOException {
        check(Operation.SYNC_NAMES, "");
        events.add(Event.syncNames());
    }

    /** Returns how many more bytes can be written. */
    public synchronized long usableBytes() {
        return Math.max(0, capacity - usedBytes());
    }

    /** Returns the total size of the files. */
    public synchronized long usedBytes() {
        return names.values().stream().mapToLong(file -> files.get(file).size()).sum();
    }

    /** Returns the total number of bytes read from files. */
    public synchronized long bytesRead() {
        return bytesRead;
    }

    /** Limits the total size of the files. */
    public synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    /** Makes every operation of that kind fail from now on. */
    public synchronized void fail(Operation operation, String text) {
        fail(operation, "", 0, Integer.MAX_VALUE, text);
    }

    /** Lets {@code after} operations of that kind succeed, then {@code times} fail, then all succeed again. */
    public synchronized void fail(Operation operation, int after, int times, String text) {
        fail(operation, "", after, times, text);
    }

    /** As {@link #fail(Operation, int, int, String)}, restricted to files whose name starts with {@code prefix}. */
    public synchronized void fail(Operation operation, String prefix, int after, int times, String text) {
        faults.put(operation, new Fault(prefix, after, times, text));
    }

    /** Ends all injected failures. */
    public synchronized void heal() {
        faults.clear();
    }

    /** Makes every sync block until {@link #resume}. */
    public synchronized void hang() {
        hang("");
    }

    /** Makes every sync of a file whose name starts with {@code prefix} block until {@link #resume}. */
    public synchronized void hang(String prefix) {
        hanging = prefix;
    }

    /** Lets the blocked syncs continue. */
    public synchronized void resume() {
        hanging = null;
        notifyAll();
    }

    /** Returns the number of events so far: a moment for {@link #crashed}. */
    public synchronized int now() {
        return events.size();
    }

    /** Returns the moments at which a file had the most to lose: just before each of its syncs. */
    public synchronized List<Integer> momentsBeforeSyncs(String name) throws IOException {
        Integer file = names.get(name);
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        List<Integer> moments = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).kind() == Event.Kind.SYNC && events.get(i).file() == file) {
                moments.add(i);
            }
        }
        return moments;
    }

    /** Returns a disk in a state that a power loss at {@code moment} might have left. */
    public synchronized SimDisk crashed(int moment, Loss loss, Random random) {
        SimDisk left = new SimDisk();
        CrashState state = new CrashState(events.subList(0, moment), loss, random);
        state.names().forEach((name, file) -> {
            left.names.put(name, left.files.size());
            left.files.add(state.content(file));
        });
        // what survives is durable and starts the history of the new disk
        left.names.forEach((name, file) -> {
            left.events.add(Event.create(file, name));
            FileContent content = left.files.get(file);
            ByteBuffer bytes = ByteBuffer.allocate(content.size());
            if (content.size() > 0) {
                content.read(bytes, 0);
            }
            left.events.add(Event.write(file, 0, bytes.array()));
            left.events.add(Event.sync(file, true));
        });
        left.events.add(Event.syncNames());
        return left;
    }

    synchronized int read(int file, ByteBuffer into, long from) throws IOException {
        check(Operation.READ, file);
        int count = files.get(file).read(into, from);
        bytesRead += Math.max(0, count);
        return count;
    }

    synchronized int write(int file, ByteBuffer source, long offset) throws IOException {
        check(Operation.WRITE, file);
        FileContent content = files.get(file);
        long growth = Math.max(0, offset + source.remaining() - content.size());
        long missing = capacity == Long.MAX_VALUE ? 0 : Math.max(0, growth - usableBytes());
        int count = (int) Math.max(0, source.remaining() - missing);
        if (count == 0 && source.hasRemaining()) {
            throw new IOException(FULL);
        }
        byte[] data = new byte[count];
        source.get(data);
        content.write(data, offset);
        events.add(Event.write(file, offset, data));
        return count;
    }

    synchronized long size(int file) {
        return files.get(file).size();
    }

    synchronized void truncate(int file, long length) throws IOException {
        check(Operation.WRITE, file);
        files.get(file).truncate(length);
        events.add(Event.truncate(file, length));
    }

    synchronized void sync(int file) throws IOException {
        while (hanging != null && name(file).startsWith(hanging)) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted while the disk hangs", e);
            }
        }
        try {
            check(Operation.SYNC, file);
        } catch (IOException e) {
            events.add(Event.sync(file, false));
            throw e;
        }
        events.add(Event.sync(file, true));
    }

    private String name(int file) {
        for (Map.Entry<String, Integer> entry : names.entrySet()) {
            if (entry.getValue() == file) {
                return entry.getKey();
            }
        }
        return "";
    }

    private void check(Operation operation, int file) throws IOException {
        if (!faults.isEmpty()) { // avoids looking up the name on every operation
            check(operation, name(file));
        }
    }

    private void check(Operation operation, String name) throws IOException {
        @Nullable Fault fault = faults.get(operation);
        if (fault == null || !name.startsWith(fault.prefix)) {
            return;
        }
        if (fault.after > 0) {
            faults.put(operation, new Fault(fault.prefix, fault.after - 1, fault.times, fault.text));
            return;
        }
        if (fault.times == 1) {
            faults.remove(operation);
        } else if (fault.times != Integer.MAX_VALUE) {
            faults.put(operation, new Fault(fault.prefix, 0, fault.times - 1, fault.text));
        }
        throw new IOException(fault.text);
    }
}
