package io.wkmq.channel.storage;

/** Bytes that are as they were written, by a version whose form this one does not know. */
public final class OtherVersionException extends CorruptDataException {
    private static final long serialVersionUID = 1L;

    public OtherVersionException(String message) {
        super(message);
    }
}
