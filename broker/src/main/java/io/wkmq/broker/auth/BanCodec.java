package io.wkmq.broker.auth;

import io.wkmq.broker.auth.Ban.Kind;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes bans for exchange between nodes. A message is a version followed by {@link BanWord}s. Each consists of kind, value,
 * stamp and a flag; if the flag is 1, the ban's reason and expiry follow.
 */
final class BanCodec {
    private static final byte VERSION = 1;
    private static final byte CLIENT_ID = 1;
    private static final byte USER_NAME = 2;
    private static final byte IP_ADDRESS = 3;
    private static final int FIXED_BYTES = 1 + Integer.BYTES + Long.BYTES + 1 + Integer.BYTES + Long.BYTES;

    private BanCodec() {}

    /** Encodes words into messages of at most the given size. A word that is larger gets a message of its own. */
    static List<byte[]> encode(List<BanWord> words, int bytesMax) {
        List<byte[]> messages = new ArrayList<>();
        List<BanWord> next = new ArrayList<>();
        long bytes = 1;
        for (BanWord word : words) {
            long more = bytes(word);
            if (bytes + more > bytesMax && !next.isEmpty()) {
                messages.add(message(next, bytes));
                next.clear();
                bytes = 1;
            }
            next.add(word);
            bytes += more;
        }
        if (!next.isEmpty()) {
            messages.add(message(next, bytes));
        }
        return messages;
    }

    private static long bytes(BanWord word) {
        Ban ban = word.ban();
        return (long) FIXED_BYTES + utf8(word.value()).length + (ban == null ? 0 : utf8(ban.reason()).length);
    }

    private static byte[] message(List<BanWord> words, long bytesMax) {
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(bytesMax)).put(VERSION);
        words.forEach(word -> put(word, out));
        byte[] message = new byte[out.position()];
        out.flip().get(message);
        return message;
    }

    private static void put(BanWord word, ByteBuffer out) {
        out.put(
                switch (word.kind()) {
                    case CLIENT_ID -> CLIENT_ID;
                    case USER_NAME -> USER_NAME;
                    case IP_ADDRESS -> IP_ADDRESS;
                });
        put(word.value(), out);
        out.putLong(word.stamp());
        Ban ban = word.ban();
        if (ban == null) {
            out.put((byte) 0);
            return;
        }
        Instant until = ban.until();
        out.put((byte) 1);
        put(ban.reason(), out);
        out.putLong(until == null ? Long.MAX_VALUE : until.toEpochMilli());
    }

    private static void put(String text, ByteBuffer out) {
        byte[] bytes = utf8(text);
        out.putInt(bytes.length).put(bytes);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Decodes the words of a message.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    static List<BanWord> decode(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message);
        List<BanWord> words = new ArrayList<>();
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new IllegalArgumentException("Bans of version " + version + "; expected " + VERSION);
            }
            while (in.hasRemaining()) {
                words.add(word(in));
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("Bans of " + message.length + " bytes end too early", e);
        }
        return words;
    }

    private static BanWord word(ByteBuffer in) {
        byte code = in.get();
        Kind kind = switch (code) {
            case CLIENT_ID -> Kind.CLIENT_ID;
            case USER_NAME -> Kind.USER_NAME;
            case IP_ADDRESS -> Kind.IP_ADDRESS;
            default -> throw new IllegalArgumentException("A ban of kind " + code + "; expected 1 to 3");
        };
        String value = text(in);
        long stamp = in.getLong();
        return new BanWord(kind, value, stamp, in.get() == 0 ? null : ban(kind, value, in));
    }

    private static Ban ban(Kind kind, String value, ByteBuffer in) {
        String reason = text(in);
        return new Ban(kind, value, reason, until(in.getLong()));
    }

    private static @Nullable Instant until(long ms) {
        return ms == Long.MAX_VALUE ? null : Instant.ofEpochMilli(ms);
    }

    private static String text(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException(
                    "A text of " + length + " bytes in a ban; expected at most " + in.remaining());
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
