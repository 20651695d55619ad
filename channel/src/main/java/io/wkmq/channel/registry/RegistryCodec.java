package io.wkmq.channel.registry;

import io.wkmq.channel.group.Retention;
import io.wkmq.channel.registry.RegistryAnswer.Done;
import io.wkmq.channel.registry.RegistryAnswer.Refused;
import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The form in which the registry, its changes and its answers are stored and sent. Stateless. */
public final class RegistryCodec {
    private static final int VERSION = 1;

    private static final int CREATE = 1;
    private static final int ALTER = 2;
    private static final int DELETE = 3;
    private static final int DROPPED = 4;

    private static final int REFUSED = 0;
    private static final int DONE = 1;

    private RegistryCodec() {}

    /** Encodes a change. */
    public static byte[] encode(RegistryOp op) {
        ByteWriter out = new ByteWriter(128).int8(VERSION);
        if (op instanceof RegistryOp.Create create) {
            out.int8(CREATE).text(create.name()).block(create.filter().utf8()).number(create.timeMs());
            write(out, create.settings());
        } else if (op instanceof RegistryOp.Alter alter) {
            out.int8(ALTER).text(alter.name());
            write(out, alter.settings());
        } else if (op instanceof RegistryOp.Delete delete) {
            out.int8(DELETE).text(delete.name());
        } else {
            out.int8(DROPPED).number(((RegistryOp.Dropped) op).number());
        }
        return out.toBytes();
    }

    /** Reads a change. */
    public static RegistryOp decode(byte[] bytes) {
        ByteReader in = versioned(bytes);
        int kind = in.int8();
        return switch (kind) {
            case CREATE -> {
                String name = in.text();
                TopicFilter filter = filter(in);
                long timeMs = in.number();
                yield new RegistryOp.Create(name, filter, settings(in), timeMs);
            }
            case ALTER -> new RegistryOp.Alter(in.text(), settings(in));
            case DELETE -> new RegistryOp.Delete(in.text());
            case DROPPED -> new RegistryOp.Dropped(in.number(Integer.MAX_VALUE));
            default ->
                throw new CorruptDataException("A change of the registry has kind " + kind + "; expected 1 to 4");
        };
    }

    /** Encodes an answer; nothing of one that is null. */
    public static byte[] encode(@Nullable RegistryAnswer answer) {
        ByteWriter out = new ByteWriter(128);
        if (answer instanceof Done done) {
            out.int8(VERSION).int8(DONE);
            write(out, done.channel());
        } else if (answer instanceof Refused refused) {
            out.int8(VERSION).int8(REFUSED).text(refused.reason());
        }
        return out.toBytes();
    }

    /** Reads an answer that is not null. */
    public static RegistryAnswer answer(byte[] bytes) {
        ByteReader in = versioned(bytes);
        int kind = in.int8();
        return switch (kind) {
            case DONE -> new Done(channel(in));
            case REFUSED -> new Refused(in.text());
            default -> throw new CorruptDataException("An answer has kind " + kind + "; expected 0 or 1");
        };
    }

    /** Encodes all that a machine knows. */
    public static byte[] encode(RegistryMachine machine) {
        ByteWriter out = new ByteWriter(1024).int8(VERSION);
        out.number(machine.applied()).number(machine.nextNumber());
        out.number(machine.channels().size());
        machine.channels().forEach(channel -> write(out, channel));
        out.number(machine.deleted().size());
        machine.deleted().forEach(out::number);
        return out.toBytes();
    }

    /** Gives a machine that has applied nothing yet what another one knew. */
    public static void decode(byte[] bytes, RegistryMachine machine) {
        ByteReader in = versioned(bytes);
        long applied = in.number();
        int nextNumber = in.number(Integer.MAX_VALUE);
        int count = in.number(RegistryMachine.CHANNELS_MAX);
        List<ChannelDefinition> channels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            channels.add(channel(in));
        }
        int gone = in.number(Integer.MAX_VALUE);
        List<Integer> deleted = new ArrayList<>();
        for (int i = 0; i < gone; i++) {
            deleted.add(in.number(Integer.MAX_VALUE));
        }
        machine.restore(applied, nextNumber, channels, deleted);
    }

    private static void write(ByteWriter out, ChannelDefinition channel) {
        out.number(channel.number()).number(channel.revision()).text(channel.name());
        out.block(channel.filter().utf8()).number(channel.createdAtMs());
        write(out, channel.settings());
    }

    private static ChannelDefinition channel(ByteReader in) {
        int number = in.number(Integer.MAX_VALUE);
        long revision = in.number();
        String name = in.text();
        TopicFilter filter = filter(in);
        long createdAtMs = in.number();
        return new ChannelDefinition(number, revision, name, filter, settings(in), createdAtMs);
    }

    private static void write(ByteWriter out, ChannelSettings settings) {
        Retention retention = settings.retention();
        out.number(retention.ageMs()).number(retention.bytes()).number(retention.count());
        out.number(settings.keysMax()).number(settings.keysAgeMs()).number(settings.cursorsAgeMs());
    }

    private static ChannelSettings settings(ByteReader in) {
        Retention retention = new Retention(in.number(), in.number(), in.number());
        return new ChannelSettings(retention, in.number(Integer.MAX_VALUE), in.number(), in.number());
    }

    private static TopicFilter filter(ByteReader in) {
        try {
            return TopicFilter.of(in.text());
        } catch (InvalidTopicException e) {
            throw new CorruptDataException("The filter of a channel is not one: " + e.getMessage());
        }
    }

    private static ByteReader versioned(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.int8();
        if (version != VERSION) {
            throw new CorruptDataException("The registry has format " + version + "; expected " + VERSION);
        }
        return in;
    }
}
