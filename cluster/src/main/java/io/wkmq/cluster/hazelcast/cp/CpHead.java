package io.wkmq.cluster.hazelcast.cp;

import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.channel.storage.Disk;
import io.wkmq.channel.storage.OtherVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The file that says where the log begins.
 *
 * @param salt distinguishes the records of this log from others
 * @param folded the number of the last record that is no longer needed
 */
record CpHead(long salt, long folded) {
    private static final String NAME = "head";
    private static final String NEW_NAME = "head.new";
    private static final int VERSION = 1;
    private static final int BYTES_MAX = 64;

    static boolean exists(Disk disk, Path directory) {
        return disk.exists(directory.resolve(NAME));
    }

    /**
     * Reads the file.
     *
     * @throws CorruptDataException if it is damaged
     */
    static CpHead read(Disk disk, Path directory) throws IOException {
        byte[] bytes;
        try (FileChannel channel = disk.open(directory.resolve(NAME))) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(channel.size(), BYTES_MAX));
            while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) >= 0) {
                // until it is full
            }
            bytes = Arrays.copyOf(buffer.array(), buffer.position());
        }
        if (bytes.length < Long.BYTES) {
            throw new CorruptDataException("The file " + NAME + " of the CP log has " + bytes.length
                    + " bytes; expected more than " + Long.BYTES);
        }
        byte[] body = Arrays.copyOf(bytes, bytes.length - Long.BYTES);
        long crc = ByteBuffer.wrap(bytes, body.length, Long.BYTES).getLong();
        if (crc != crc(body)) {
            throw new CorruptDataException("The file " + NAME + " of the CP log is damaged: its checksum is "
                    + crc(body) + "; expected " + crc);
        }
        ByteReader in = new ByteReader(body);
        int version = in.int8();
        if (version != VERSION) {
            throw new OtherVersionException("The CP log has version " + version + "; expected " + VERSION);
        }
        return new CpHead(in.int64(), in.number());
    }

    /** Atomically replaces the file, which is on disk on return. */
    void write(Disk disk, Path directory) throws IOException {
        byte[] body = new ByteWriter(BYTES_MAX)
                .int8(VERSION)
                .int64(salt)
                .number(folded)
                .toBytes();
        ByteBuffer bytes = new ByteWriter(BYTES_MAX).raw(body).int64(crc(body)).view();
        Path fresh = directory.resolve(NEW_NAME);
        disk.delete(fresh);
        try (FileChannel channel = disk.open(fresh)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes, bytes.position());
            }
            channel.force(true);
        }
        disk.rename(fresh, directory.resolve(NAME));
        disk.syncDirectory(directory);
    }

    private static long crc(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body);
        return crc.getValue();
    }
}
