package io.wkmq.channel.storage;

/** Thrown if bytes are undamaged, but in the format of a version that this one does not know. */
public final class OtherVersionException extends CorruptDataException {
    private static final long serialVersionUID = 1L;

    public OtherVersionException(String message) {
        super(message);
    }
}
