package io.wkmq.channel.registry;

import io.wkmq.channel.group.Retention;
import io.wkmq.channel.registry.RegistryAnswer.Done;
import io.wkmq.channel.registry.RegistryAnswer.Listed;
import io.wkmq.channel.registry.RegistryAnswer.Refused;
import io.wkmq.channel.storage.ByteReader;
import io.wkmq.channel.storage.ByteWriter;
import io.wkmq.channel.storage.CorruptDataException;
import io.wkmq.routing.InvalidTopicException;
import io.wkmq.routing.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The stored and transmitted form of the registry, its changes and its answers. Stateless. */
public final class RegistryCodec {
    private static final int VERSION = 1;

    /** A registry that has taken channels over: these are appended at the end. */
    private static final int TAKEN_OVER_VERSION = 2;

    /** A registry that knows nodes: these follow the channels taken over. */
    private static final int NODES_VERSION = 3;

    private static final int CREATE = 1;
    private static final int ALTER = 2;
    private static final int DELETE = 3;
    private static final int DROPPED = 4;
    private static final int TAKE_OVER = 5;
    private static final int TAKEN_OVER = 6;

    private static final int REFUSED = 0;
    private static final int DONE = 1;
    private static final int LISTED = 2;

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
        } else if (op instanceof RegistryOp.TakeOver taken) {
            write(out.int8(TAKE_OVER), taken.origin());
            out.text(taken.name()).block(taken.filter().utf8()).number(taken.timeMs());
            write(out, taken.settings());
        } else if (op instanceof RegistryOp.TakenOver taken) {
            out.int8(TAKEN_OVER).text(taken.name()).number(taken.number());
        } else if (op instanceof RegistryOp.OfNode node) {
            NodeCodec.write(out, node);
        } else {
            out.int8(DROPPED).number(((RegistryOp.Dropped) op).number());
        }
        return out.toBytes();
    }

    /** Decodes a change. */
    public static RegistryOp decode(byte[] bytes) {
        ByteReader in = versioned(bytes);
        return NodeCodec.checked("a change", () -> op(in));
    }

    private static RegistryOp op(ByteReader in) {
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
            case TAKE_OVER -> {
                Origin origin = origin(in);
                String name = in.text();
                TopicFilter filter = filter(in);
                long timeMs = in.number();
                yield new RegistryOp.TakeOver(origin, name, filter, settings(in), timeMs);
            }
            case TAKEN_OVER -> new RegistryOp.TakenOver(in.text(), in.number(Integer.MAX_VALUE));
            case NodeCodec.IS, NodeCodec.REMOVED, NodeCodec.RETURNS, NodeCodec.CLEANED -> NodeCodec.read(kind, in);
            default ->
                throw new CorruptDataException("A change of the registry has kind " + kind + "; expected 1 to 10");
        };
    }

    /** Encodes an answer; null as an empty array. */
    public static byte[] encode(@Nullable RegistryAnswer answer) {
        ByteWriter out = new ByteWriter(128);
        if (answer instanceof Done done) {
            out.int8(VERSION).int8(DONE);
            write(out, done.channel());
        } else if (answer instanceof Listed listed) {
            NodeCodec.write(out.int8(VERSION).int8(LISTED), listed.node());
        } else if (answer instanceof Refused refused) {
            out.int8(VERSION).int8(REFUSED).text(refused.reason());
        }
        return out.toBytes();
    }

    /** Decodes an answer, which must not be empty. */
    public static RegistryAnswer answer(byte[] bytes) {
        ByteReader in = versioned(bytes);
        int kind = in.int8();
        return switch (kind) {
            case DONE -> new Done(NodeCodec.checked("a channel", () -> channel(in)));
            case LISTED -> new Listed(NodeCodec.node(in));
            case REFUSED -> new Refused(in.text());
            default -> throw new CorruptDataException("An answer has kind " + kind + "; expected 0 to 2");
        };
    }

    /** Encodes the whole state of a machine. */
    public static byte[] encode(RegistryMachine machine) {
        int version = version(machine);
        ByteWriter out = new ByteWriter(1024).int8(version);
        out.number(machine.applied()).number(machine.nextNumber());
        out.number(machine.channels().size());
        machine.channels().forEach(channel -> write(out, channel));
        out.number(machine.deleted().size());
        machine.deleted().forEach(out::number);
        if (version >= TAKEN_OVER_VERSION) {
            out.number(machine.origins().size());
            machine.origins().forEach((origin, number) -> {
                write(out, origin);
                out.number(number);
            });
            out.number(machine.coming().size());
            machine.coming().forEach(out::number);
        }
        if (version >= NODES_VERSION) {
            NodeCodec.write(out, machine.nodes());
        }
        return out.toBytes();
    }

    /** Returns the oldest version that can represent the state. */
    private static int version(RegistryMachine machine) {
        if (!machine.nodes().isEmpty()) {
            return NODES_VERSION;
        }
        return machine.origins().isEmpty() ? VERSION : TAKEN_OVER_VERSION;
    }

    /** Restores an encoded state into a machine that has not applied anything yet. */
    public static void decode(byte[] bytes, RegistryMachine machine) {
        ByteReader in = new ByteReader(bytes);
        int version = in.int8();
        if (version < VERSION || version > NODES_VERSION) {
            throw new CorruptDataException(
                    "The registry has format " + version + "; expected " + VERSION + " to " + NODES_VERSION);
        }
        long applied = in.number();
        int nextNumber = in.number(Integer.MAX_VALUE);
        int count = in.number(RegistryMachine.CHANNELS_MAX);
        List<ChannelDefinition> channels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            channels.add(NodeCodec.checked("a channel", () -> channel(in)));
        }
        List<Integer> deleted = numbers(in);
        machine.restore(applied, nextNumber, channels, deleted);
        if (version >= TAKEN_OVER_VERSION) {
            int origins = in.number(Integer.MAX_VALUE);
            Map<Origin, Integer> from = new LinkedHashMap<>();
            for (int i = 0; i < origins; i++) {
                from.put(origin(in), in.number(Integer.MAX_VALUE));
            }
            machine.restore(from, numbers(in));
        }
        if (version >= NODES_VERSION) {
            machine.restore(NodeCodec.nodes(in));
        }
    }

    private static List<Integer> numbers(ByteReader in) {
        int count = in.number(Integer.MAX_VALUE);
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(in.number(Integer.MAX_VALUE));
        }
        return numbers;
    }

    private static void write(ByteWriter out, Origin origin) {
        out.int64(origin.store()).number(origin.number());
    }

    private static Origin origin(ByteReader in) {
        return new Origin(in.int64(), in.number(Integer.MAX_VALUE));
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
        ChannelSettings settings =
                new ChannelSettings(retention, in.number(Integer.MAX_VALUE), in.number(), in.number());
        return settings.equals(ChannelSettings.DEFAULT) ? ChannelSettings.DEFAULT : settings; // shared by many
    }

    private static TopicFilter filter(ByteReader in) {
        try {
            return TopicFilter.of(in.text());
        } catch (InvalidTopicException e) {
            throw new CorruptDataException("The filter of a channel is not one: " + e.getMessage(), e);
        }
    }

    private static ByteReader versioned(byte[] bytes) {
        return ByteReader.versioned(bytes, VERSION, "What goes to or comes from the registry");
    }
}
