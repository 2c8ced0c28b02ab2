//! A connection between two servers of a house: encrypted, and for nobody who does not know the house's key.

use super::note::FORM;
use bytes::{Buf, Bytes, BytesMut};
use futures_util::{SinkExt, StreamExt};
use snow::{Builder, HandshakeState, TransportState};
use socket2::{SockRef, TcpKeepalive};
use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_util::codec::{Framed, LengthDelimitedCodec};

/// How both ends come to agree on keys: neither has an identity, both know a secret, and each connection
/// has keys of its own (<https://noiseprotocol.org/noise.html>, 7.4 and 9).
const PATTERN: &str = "Noise_NNpsk0_25519_ChaChaPoly_SHA256";
/// Bytes that are encrypted at a time, with their tag, and those of the tag alone.
const PART_MAX: usize = 65_535;
const TAG: usize = 16;
/// Bytes of a greeting: a name, a key, a tag.
const GREETING_MAX: usize = 64;
/// Said once keys are agreed on. Anybody can repeat a greeting that was heard, and nobody this.
const HERE: &[u8] = b"here";
/// Bytes of a message once it is encrypted.
const MESSAGE_MAX: usize = 4 << 20;
/// An end that takes nothing for so long, or does not answer, is gone.
const GONE_AFTER: Duration = Duration::from_secs(3);

/// One end of a connection.
pub(super) struct Tunnel {
    stream: Framed<TcpStream, LengthDelimitedCodec>,
    keys: TransportState,
    /// The server at the other end.
    pub(super) peer: u128,
}

impl Tunnel {
    /// Goes from one server to another, which must be the one that was meant.
    ///
    /// # Errors
    /// There is nobody, or not that server, or it has another key.
    pub(super) async fn dial(
        address: SocketAddr,
        secret: &[u8; 32],
        from: u128,
        to: u128,
    ) -> Result<Tunnel> {
        let mut stream = framed(TcpStream::connect(address).await?)?;
        let names = names(from, to);
        let mut talk = builder(secret, &names)?.build_initiator().map_err(wrong)?;
        let greeting = [&from.to_be_bytes()[..], &write(&mut talk)?].concat();
        stream.send(Bytes::from(greeting)).await?;
        read(&mut talk, &next(&mut stream).await?)?;
        let mut tunnel = Tunnel::of(stream, talk, to)?;
        tunnel.send(HERE).await?;
        tunnel.stream.codec_mut().set_max_frame_length(MESSAGE_MAX);
        Ok(tunnel)
    }

    /// Lets another server in.
    ///
    /// # Errors
    /// It is none, or means another one, or has another key.
    pub(super) async fn accept(stream: TcpStream, secret: &[u8; 32], me: u128) -> Result<Tunnel> {
        let mut stream = framed(stream)?;
        let mut greeting = next(&mut stream).await?;
        let from = greeting.try_get_u128().map_err(wrong)?;
        let names = names(from, me);
        let mut talk = builder(secret, &names)?.build_responder().map_err(wrong)?;
        read(&mut talk, &greeting)?;
        stream.send(Bytes::from(write(&mut talk)?)).await?;
        let mut tunnel = Tunnel::of(stream, talk, from)?;
        if tunnel.receive().await?.as_deref() != Some(HERE) {
            return Err(wrong("a greeting that somebody repeats"));
        }
        tunnel.stream.codec_mut().set_max_frame_length(MESSAGE_MAX);
        Ok(tunnel)
    }

    fn of(
        stream: Framed<TcpStream, LengthDelimitedCodec>,
        talk: HandshakeState,
        peer: u128,
    ) -> Result<Tunnel> {
        Ok(Tunnel { stream, keys: talk.into_transport_mode().map_err(wrong)?, peer })
    }

    /// Sends a message.
    ///
    /// # Errors
    /// The connection is not to be used any more.
    pub(super) async fn send(&mut self, message: &[u8]) -> Result<()> {
        let parts = message.len().div_ceil(PART_MAX - TAG);
        let mut sealed = vec![0; message.len() + parts * TAG];
        for (part, room) in message.chunks(PART_MAX - TAG).zip(sealed.chunks_mut(PART_MAX)) {
            self.keys.write_message(part, room).map_err(wrong)?;
        }
        self.stream.send(Bytes::from(sealed)).await
    }

    /// The next message; none, once the other end has closed.
    ///
    /// # Errors
    /// The connection is not to be used any more.
    pub(super) async fn receive(&mut self) -> Result<Option<Bytes>> {
        let Some(sealed) = self.stream.next().await.transpose()? else { return Ok(None) };
        if sealed.len() < TAG {
            return Err(wrong("nothing in it is sealed"));
        }
        let mut message = vec![0; sealed.len()];
        let mut length = 0;
        for part in sealed.chunks(PART_MAX) {
            length += self.keys.read_message(part, &mut message[length..]).map_err(wrong)?;
        }
        message.truncate(length);
        Ok(Some(message.into()))
    }
}

fn wrong(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::InvalidData, error)
}

fn framed(stream: TcpStream) -> Result<Framed<TcpStream, LengthDelimitedCodec>> {
    stream.set_nodelay(true)?;
    let (socket, keepalive) = (SockRef::from(&stream), TcpKeepalive::new().with_time(GONE_AFTER));
    socket.set_tcp_keepalive(&keepalive.with_interval(GONE_AFTER))?;
    socket.set_tcp_user_timeout(Some(GONE_AFTER))?;
    let codec = LengthDelimitedCodec::builder().max_frame_length(GREETING_MAX).new_codec();
    Ok(Framed::new(stream, codec))
}

/// What both ends must mean alike: which form messages have, who speaks, and to whom.
fn names(from: u128, to: u128) -> Vec<u8> {
    [&b"gavel"[..], &FORM.to_be_bytes(), &from.to_be_bytes(), &to.to_be_bytes()].concat()
}

fn builder<'a>(secret: &'a [u8; 32], names: &'a [u8]) -> Result<Builder<'a>> {
    let builder = Builder::new(PATTERN.parse().map_err(wrong)?);
    builder.psk(0, secret).and_then(|builder| builder.prologue(names)).map_err(wrong)
}

async fn next(stream: &mut Framed<TcpStream, LengthDelimitedCodec>) -> Result<BytesMut> {
    stream.next().await.unwrap_or_else(|| Err(ErrorKind::UnexpectedEof.into()))
}

fn write(talk: &mut HandshakeState) -> Result<Vec<u8>> {
    let mut room = vec![0; GREETING_MAX];
    let length = talk.write_message(&[], &mut room).map_err(wrong)?;
    room.truncate(length);
    Ok(room)
}

fn read(talk: &mut HandshakeState, greeting: &[u8]) -> Result<()> {
    talk.read_message(greeting, &mut [0; GREETING_MAX]).map(drop).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    const SECRET: [u8; 32] = [7; 32];

    /// Two ends of a tunnel, where each lets the other in: `from` means `to`, who is `me`.
    async fn ends(secrets: [[u8; 32]; 2], to: u128, me: u128) -> [Result<Tunnel>; 2] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let accepted = async {
            let (stream, _) = listener.accept().await.expect("somebody comes");
            Tunnel::accept(stream, &secrets[1], me).await
        };
        tokio::join!(Tunnel::dial(address, &secrets[0], 1, to), accepted).into()
    }

    async fn open() -> [Tunnel; 2] {
        ends([SECRET; 2], 2, 2).await.map(|end| end.expect("they know each other"))
    }

    #[tokio::test]
    async fn messages_of_any_length_come_as_they_were_sent_until_one_end_closes() {
        let [mut here, mut there] = open().await;
        let long = (0..300_000).map(|n| (n % 251) as u8).collect::<Vec<_>>();
        for length in [1, PART_MAX - TAG, PART_MAX - TAG + 1, PART_MAX, long.len()] {
            let sent = &long[..length];
            let (sends, heard) = tokio::join!(here.send(sent), there.receive());
            sends.expect("it is sent");
            assert!(heard.expect("it is heard").is_some_and(|heard| heard == sent), "{length}");
        }
        let (sends, heard) = tokio::join!(there.send(b"back"), here.receive());
        sends.expect("it is sent");
        assert_eq!(heard.expect("it is heard").as_deref(), Some(&b"back"[..]));
        drop(here);
        assert!(there.receive().await.expect("it ended well").is_none());
    }

    #[tokio::test]
    async fn nobody_comes_in_without_the_secret_or_who_means_another_server() {
        for (secrets, me) in [([SECRET, [8; 32]], 2), ([SECRET; 2], 3)] {
            let [here, there] = ends(secrets, 2, me).await;
            assert_eq!(there.err().map(|error| error.kind()), Some(ErrorKind::InvalidData));
            assert!(here.is_err(), "it was not let in");
        }
    }

    #[tokio::test]
    async fn what_is_no_greeting_is_not_read_further() {
        for said in [&[0; 4][..], &[0, 0, 0, 3, 1, 2, 3], &[0xff; 400], b"GET / HTTP/1.1\r\n\r\n"] {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("it is bound");
            let mut stranger = TcpStream::connect(address).await.expect("there is room");
            let (stream, _) = listener.accept().await.expect("somebody comes");
            tokio::io::AsyncWriteExt::write_all(&mut stranger, said).await.expect("it is sent");
            let accepted = Tunnel::accept(stream, &SECRET, 2).await;
            assert_eq!(accepted.err().map(|error| error.kind()), Some(ErrorKind::InvalidData));
        }
    }

    #[tokio::test]
    async fn a_greeting_that_was_heard_lets_nobody_in() {
        let listen = async || {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("it is bound");
            (listener, address)
        };
        let (ear, address) = listen().await;
        let heard = async {
            let (stream, _) = ear.accept().await.expect("somebody comes");
            next(&mut framed(stream).expect("it is set up")).await.expect("it greets")
        };
        let (dialled, heard) = tokio::join!(Tunnel::dial(address, &SECRET, 1, 2), heard);
        assert!(dialled.is_err(), "nobody answered");
        for then in [None, Some(&[0; 20][..]), Some(&[])] {
            let (listener, address) = listen().await;
            let stream = TcpStream::connect(address).await.expect("there is room");
            let (accepted, _) = listener.accept().await.expect("somebody comes");
            let heard = heard.clone();
            let repeats = async move {
                let mut stream = framed(stream).expect("it is set up");
                stream.send(heard.freeze()).await.expect("it is sent");
                next(&mut stream).await.expect("it is answered");
                if let Some(then) = then {
                    stream.send(Bytes::copy_from_slice(then)).await.expect("it is sent");
                }
            };
            let (accepted, ()) = tokio::join!(Tunnel::accept(accepted, &SECRET, 2), repeats);
            assert!(accepted.is_err(), "{then:?}");
        }
    }

    #[tokio::test]
    async fn what_was_changed_or_said_before_is_not_heard() {
        let sealed = async |here: &mut Tunnel, message: &[u8]| {
            let mut sealed = vec![0; message.len() + TAG];
            here.keys.write_message(message, &mut sealed).expect("it is short");
            sealed
        };
        let [mut here, mut there] = open().await;
        let mut changed = sealed(&mut here, b"ten").await;
        changed[1] ^= 1;
        here.stream.send(Bytes::from(changed)).await.expect("it is sent");
        assert!(there.receive().await.is_err(), "somebody turned a bit");
        let [mut here, mut there] = open().await;
        let once = Bytes::from(sealed(&mut here, b"ten").await);
        here.stream.send(once.clone()).await.expect("it is sent");
        assert_eq!(there.receive().await.expect("it is heard").as_deref(), Some(&b"ten"[..]));
        here.stream.send(once).await.expect("it is sent");
        assert!(there.receive().await.is_err(), "somebody said it again");
    }
}
