//! A mail server that does as it is told, for a bounded number of short conversations.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::letters::Mail;

/// Conversations of one server, at most.
const CONVERSATIONS_MAX: usize = 50;
/// Bytes of one conversation, at most.
const BYTES_MAX: u64 = 1 << 20;
/// How long a conversation may take.
const CONVERSATION_MAX: Duration = Duration::from_secs(30);

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It takes every mail.
    Takes,
    /// It knows no recipient.
    KnowsNobody,
    /// It wants to be asked later.
    IsBusy,
    /// It talks to nobody like us.
    TurnsAway,
    /// It says nothing at all.
    IsSilent,
    /// It takes a mail and breaks the connection before it says so.
    HangsUp,
}

pub struct MailServer {
    pub address: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    taken: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl MailServer {
    pub async fn start(manner: Manner) -> MailServer {
        MailServer::on(TcpListener::bind("127.0.0.1:0").await.unwrap(), manner)
    }

    pub fn on(listener: TcpListener, manner: Manner) -> MailServer {
        let address = listener.local_addr().unwrap();
        let (manner, taken) = (Arc::new(Mutex::new(manner)), Arc::new(Mutex::new(Vec::new())));
        let (manners, messages) = (Arc::clone(&manner), Arc::clone(&taken));
        let task = tokio::spawn(async move {
            for _ in 0..CONVERSATIONS_MAX {
                let (stream, _) = listener.accept().await.unwrap();
                let (manner, messages) = (*manners.lock().unwrap(), Arc::clone(&messages));
                tokio::spawn(tokio::time::timeout(CONVERSATION_MAX, async move {
                    // Whoever hangs up has said enough.
                    let _ = converse(stream, manner, &messages).await;
                }));
            }
        });
        MailServer { address, manner, taken, task }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// What it has taken.
    pub fn mails(&self) -> Vec<Mail> {
        self.taken.lock().unwrap().iter().map(|message| Mail::read(message)).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(stream: TcpStream, manner: Manner, messages: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read.take(BYTES_MAX)).lines();
    match manner {
        Manner::IsSilent => {
            while lines.next_line().await?.is_some() {}
            return Ok(());
        }
        Manner::TurnsAway => write.write_all(b"554 no mail from you\r\n").await?,
        _ => write.write_all(b"220 ready\r\n").await?,
    }
    while let Some(line) = lines.next_line().await? {
        let word = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match word.as_str() {
            "EHLO" | "HELO" | "NOOP" | "MAIL" => b"250 ok\r\n",
            "RCPT" if manner == Manner::KnowsNobody => b"550 5.1.1 no such person here\r\n",
            "RCPT" if manner == Manner::IsBusy => b"451 later, please\r\n",
            "RCPT" => b"250 ok\r\n",
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut message = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    message.push_str(line.strip_prefix('.').unwrap_or(&line));
                    message.push_str("\r\n");
                }
                messages.lock().unwrap().push(message);
                if manner == Manner::HangsUp {
                    return Ok(());
                }
                b"250 taken\r\n"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"502 what?\r\n",
        };
        write.write_all(answer).await?;
    }
    Ok(())
}
