package io.wkmq.broker.codec;

import io.netty.buffer.ByteBufUtil;
import io.wkmq.routing.MessageProperties;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Formats packets completely, arrays included, so that equal text means equal packets. */
final class PacketText {
    /** Looking them up is slow. */
    private static final ClassValue<RecordComponent[]> COMPONENTS = new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            for (RecordComponent component : components) {
                component.getAccessor().setAccessible(true);
            }
            return components;
        }
    };

    private PacketText() {}

    static List<String> of(List<? extends Object> packets) {
        return packets.stream().map(PacketText::of).toList();
    }

    static String of(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return "0x" + ByteBufUtil.hexDump(bytes);
        }
        if (value instanceof List<?> list) {
            StringJoiner joiner = new StringJoiner(", ", "[", "]");
            list.forEach(element -> joiner.add(of(element)));
            return joiner.toString();
        }
        if (value instanceof MessageProperties properties) {
            return "MessageProperties(" + properties.payloadIsUtf8() + ", " + of(properties.contentType()) + ", "
                    + of(properties.responseTopic()) + ", " + of(properties.correlationData()) + ", "
                    + of(properties.userProperties()) + ")";
        }
        if (value instanceof Record fields) {
            StringJoiner joiner = new StringJoiner(", ", value.getClass().getSimpleName() + "(", ")");
            for (RecordComponent component : COMPONENTS.get(fields.getClass())) {
                joiner.add(component.getName() + "=" + of(read(component, fields)));
            }
            return joiner.toString();
        }
        return value instanceof String text ? '"' + text + '"' : String.valueOf(value);
    }

    private static @Nullable Object read(RecordComponent component, Record value) {
        try {
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The component " + component + " cannot be read", e);
        }
    }
}
