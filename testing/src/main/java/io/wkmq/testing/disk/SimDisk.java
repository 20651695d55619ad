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
 * A disk in memory with one directory, which remembers every write and sync, so that {@link #crashed} can say what a power
 * loss at any moment might have left. It fails, fills up or hangs when told so. Thread-safe.
 *
 * <p>It is strict where file systems differ: a write is durable only after a sync of its file, a name only after
 * {@link #syncNames}. Names change in order: a power loss keeps a beginning of the unsynced changes.
 */
public final class SimDisk {
    /** Says what the operating system says when the disk is full. */
    public static final String FULL = "No space left on device";

    /** Says what the operating system says when the disk is broken. */
    public static final String BROKEN = "Input/output error";

    private record Fault(String prefix, int after, int times, String text) {}

    private final Map<String, Integer> names = new TreeMap<>();
    private final List<FileContent> files = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final Map<Operation, Fault> faults = new EnumMap<>(Operation.class);
    private long capacity = Long.MAX_VALUE;
    private long bytesRead;

    /** The beginning of the names of files whose syncs wait, or null. */
    private @Nullable String hanging;

    /** Opens a file for reading and writing; makes it if it is not there. */
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

    /** The names of all files. */
    public synchronized List<String> list() {
        return List.copyOf(names.keySet());
    }

    /** Whether there is a file of that name. */
    public synchronized boolean exists(String name) {
        return names.containsKey(name);
    }

    /** The length of a file. */
    public synchronized long size(String name) throws IOException {
        Integer file = names.get(name);
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        return files.get(file).size();
    }

    /** Renames a file, over any that has the new name. */
    public synchronized void rename(String from, String to) throws IOException {
        check(Operation.NAME, from);
        Integer file = names.remove(from);
        if (file == null) {
            throw new NoSuchFileException(from);
        }
        names.put(to, file);
        events.add(Event.rename(from, to));
    }

    /** Deletes a file if it is there. */
    public synchronized void delete(String name) throws IOException {
        check(Operation.NAME, name);
        if (names.remove(name) != null) {
            events.add(Event.delete(name));
        }
    }

    /** Makes the names durable. */
    public synchronized void syncNames() throws IOException {
        check(Operation.SYNC_NAMES, "");
        events.add(Event.syncNames());
    }

    /** How many more bytes can be written. */
    public synchronized long usableBytes() {
        return Math.max(0, capacity - usedBytes());
    }

    /** How many bytes the files have. */
    public synchronized long usedBytes() {
        return names.values().stream().mapToLong(file -> files.get(file).size()).sum();
    }

    /** How many bytes were read of files. */
    public synchronized long bytesRead() {
        return bytesRead;
    }

    /** Sets how many bytes the files may have. */
    public synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    /** From now on every operation of that kind fails. */
    public synchronized void fail(Operation operation, String text) {
        fail(operation, "", 0, Integer.MAX_VALUE, text);
    }

    /** Lets some operations of that kind succeed, then some fail, then all succeed again. */
    public synchronized void fail(Operation operation, int after, int times, String text) {
        fail(operation, "", after, times, text);
    }

    /** The same, of the operations on files whose name begins so. */
    public synchronized void fail(Operation operation, String prefix, int after, int times, String text) {
        faults.put(operation, new Fault(prefix, after, times, text));
    }

    /** Nothing fails any more. */
    public synchronized void heal() {
        faults.clear();
    }

    /** From now on every sync waits for {@link #resume}. */
    public synchronized void hang() {
        hang("");
    }

    /** From now on every sync of a file whose name begins like that waits for {@link #resume}. */
    public synchronized void hang(String prefix) {
        hanging = prefix;
    }

    /** Lets the waiting syncs go on. */
    public synchronized void resume() {
        hanging = null;
        notifyAll();
    }

    /** How much has happened so far: a moment for {@link #crashed}. */
    public synchronized int now() {
        return events.size();
    }

    /** The moments at which a file had the most to lose: just before each of its syncs. */
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

    /** A disk with what a power loss at a moment might have left. */
    public synchronized SimDisk crashed(int moment, Loss loss, Random random) {
        SimDisk left = new SimDisk();
        CrashState state = new CrashState(events.subList(0, moment), loss, random);
        state.names().forEach((name, file) -> {
            left.names.put(name, left.files.size());
            left.files.add(state.content(file));
        });
        // what is left is durable, and is where the history of the new disk begins
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
        if (!faults.isEmpty()) { // else its name would be looked up each time
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
